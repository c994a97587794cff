"""Who can be told anything: asked every day, before it matters."""
