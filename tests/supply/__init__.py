"""What the project is made of beside its own code: the packages it runs on, their licences, their bill of materials."""
