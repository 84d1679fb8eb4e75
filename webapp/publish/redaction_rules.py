"""How a box over a picture is said. Pure."""

# A box's place and size are parts of the upright picture: ten-thousandths of its width and of its height.
WHOLE = 10_000
BOXES = 60
