"""What every domain stands on: settings, errors, the database, the change log, HTTP and logs."""
