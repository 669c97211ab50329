"""Who may do what: permissions, roles, the acting person, the guard of every route."""
