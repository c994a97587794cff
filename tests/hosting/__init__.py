"""One deployment for many councils: installs by OAuth, tokens that are renewed, tenants that come and go."""
