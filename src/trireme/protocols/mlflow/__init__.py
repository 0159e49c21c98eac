"""MLflow's REST protocol: what its clients send, and what it means here. An MLflow experiment is a project."""
