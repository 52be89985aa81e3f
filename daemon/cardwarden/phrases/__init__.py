"""What is said to people: phrases by name with their values, and the languages they are said in."""
