"""What learners say to the editors about a step."""
