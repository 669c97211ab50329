"""An owner's decision can be taken back for a minute: what it changed is kept, and put back."""
