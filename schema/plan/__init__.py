"""A GraphQL read becomes one SQL statement. Generic: knows neither volunteers nor their tables."""
