"""What runs by itself, and the jobs that a person starts. All of it is off until switched on."""
