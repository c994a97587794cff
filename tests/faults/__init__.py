"""What goes wrong all at once: processes killed, clocks that differ, a restarting database, a failure at every step."""
