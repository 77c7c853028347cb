"""Where the tasks of a decomposition are done: in this thread, in processes, on a Dask cluster."""
