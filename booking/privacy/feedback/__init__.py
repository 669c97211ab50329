"""What people say about the service, and how it is answered."""
