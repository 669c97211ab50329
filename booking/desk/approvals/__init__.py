"""What approvers decide, and how: settings, deputies, criteria, templates of reasons."""
