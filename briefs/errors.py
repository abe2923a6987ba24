"""What can go wrong, as one tree.

```
DatelineError
├── UserError             its message is written for a person; shown as it is
│   ├── UsageError        the command or the question is wrong          exit status 2
│   ├── ConfigurationError   the settings are wrong                     exit status 2
│   ├── LockedError       another process holds the data folder         exit status 2
│   ├── ThrottledError    too much at once; later it will do      exit status 1
│   ├── SourceError       one source cannot be loaded                   exit status 1
│   ├── LibraryError      the database cannot be used                   exit status 1
│   └── ModelError        the embedding model cannot be used            exit status 1
└── ContractError         Dateline broke a promise of its own: a defect
```

Adapters translate the errors of their libraries into these at the edge. Only the command handler
turns an error into words for a person; what is not a `UserError` is logged under a reference, and
the person sees the reference.
"""


class DatelineError(Exception):
    """The root of every error that Dateline raises on purpose."""


class UserError(DatelineError):
    """One clear sentence for a person, saying what to do."""

    exit_status = 1


class UsageError(UserError):
    """The command or the question cannot be carried out as it was given."""

    exit_status = 2


class ConfigurationError(UserError):
    """A setting is unknown, malformed or impossible."""

    exit_status = 2


class LockedError(UserError):
    """Another process runs on the same data folder."""

    exit_status = 2


class ThrottledError(UserError):
    """A person, or all together, asked for too much at once."""


class SourceError(UserError):
    """One source cannot be loaded; the others are not affected."""


class LibraryError(UserError):
    """The database in the data folder cannot be used."""


class ModelError(UserError):
    """The embedding model is missing, damaged or not to be trusted."""


class ContractError(DatelineError):
    """A promise between parts of Dateline was broken: a defect, not somebody's mistake."""
