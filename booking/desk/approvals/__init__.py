"""The queue and decisions of approvers; their settings: criteria, templates of reasons, deputies."""
