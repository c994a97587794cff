"""Where everything is kept: the folder, the database, the keys; what is held on people."""
