"""What was mastered: competencies, quizzes, completions."""
