"""Sign-in by another service (OpenID Connect), where the installation has one."""
