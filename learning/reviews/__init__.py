"""What a supervisor confirms: acknowledged weeks."""
