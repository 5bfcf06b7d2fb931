"""What a client may ask: GraphQL types that declare where their fields live."""
