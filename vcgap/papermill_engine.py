"""The entry by which papermill finds the forked engine: papermill loads every engine it finds, so this one loads nothing."""


class Forked:
    """Papermill's `--engine vcgap-forked`: vcgap.report.engine.ForkedEngine, loaded when it is asked for."""

    @classmethod
    def _engine(cls):
        from vcgap.report.engine import ForkedEngine

        return ForkedEngine

    @classmethod
    def execute_notebook(cls, *args, **kwargs):
        """As papermill's engines have it."""
        return cls._engine().execute_notebook(*args, **kwargs)

    @classmethod
    def nb_kernel_name(cls, *args, **kwargs):
        """As papermill's engines have it."""
        return cls._engine().nb_kernel_name(*args, **kwargs)

    @classmethod
    def nb_language(cls, *args, **kwargs):
        """As papermill's engines have it."""
        return cls._engine().nb_language(*args, **kwargs)
