"""Who may do what, when: rules and use cases, without I/O of their own."""
