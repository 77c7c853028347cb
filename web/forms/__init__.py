"""Forms: what their fields are, what was typed into them, and what is wrong with that.

A form is a row of fields, declared one by one or drawn from a pydantic schema. `macros/forms.html`
draws each; what was typed stays in it, with what is wrong beside it.
"""

from web.forms.fields import Control, FieldChoice, FieldEntry, FormField
from web.forms.schema import explained, fields_of
from web.forms.typed import TypedForm
from web.forms.values import NotAValue

__all__ = [
    "Control",
    "FieldChoice",
    "FieldEntry",
    "FormField",
    "NotAValue",
    "TypedForm",
    "explained",
    "fields_of",
]
