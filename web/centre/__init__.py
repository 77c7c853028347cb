"""Pages for those who lead a service centre."""

from web.centre import sheet

blueprints = (sheet.blueprint,)
