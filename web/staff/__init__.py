"""Pages for everybody who serves."""

from web.staff import me

blueprints = (me.blueprint,)
