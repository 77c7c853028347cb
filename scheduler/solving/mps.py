"""The compiled model as an MPS file: anybody can check an optimum with their own solver."""

from __future__ import annotations

import numpy as np

from scheduler.solving.compiled import CompiledModel
from scheduler.solving.linear import helper_of
from scheduler.solving.rows import program


def write_mps(model: CompiledModel) -> str:
    """All options of the model in free MPS format. Column `x_d_s` chooses session s for duty d,
    `u_d` leaves duty d unassigned, `e_k` counts what is too many in a soft row."""
    duty, session = np.nonzero(model.open)
    whole = program(model, duty, session)
    helper = helper_of(whole, integral=True)
    for column, (row, place) in enumerate(zip(duty.tolist(), session.tolist(), strict=True)):
        helper.set_var_name(column, f"x_{row}_{place}")
    for row in range(model.duties):
        helper.set_var_name(len(duty) + row, f"u_{row}")
    for column in range(len(duty) + model.duties, len(whole.cost)):
        helper.set_var_name(column, f"e_{column - len(duty) - model.duties}")
    return str(helper.export_to_mps_string())
