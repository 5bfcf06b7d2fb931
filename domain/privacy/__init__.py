"""What is about a person: opened on record, revealed one by one, shared by consent, copied out, erased."""
