"""YAML files that people write: a mapping of names to values, each name once."""

from pathlib import Path

import yaml

from vcgap.errors import UserError


def read_mapping(path, example):
    """The mapping in a YAML file: dict of str to values, not empty.

    example : a line such as it may hold, for the message. Raises UserError if the file is missing, not YAML, holds no
    mapping, or says a thing twice.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        values, nodes = yaml.safe_load(text), yaml.compose(text, yaml.SafeLoader)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise UserError(f"{path}: not readable as YAML ({' '.join(str(error).split())})") from None
    if not isinstance(values, dict) or not values:
        raise UserError(f"{path}: expected lines such as '{example}'")
    if twice := _said_twice(nodes):
        raise UserError(*[f"{path}, line {line}: {name} is there twice; keep one" for line, name in twice])
    return {str(name): value for name, value in values.items()}


def _said_twice(top):
    """Names that a mapping, or one in a list below it, has more than once: list of (line of the later one, name).

    top : the mapping as yaml.compose gives it; yaml.safe_load takes the last of them and says nothing
    """
    below = [one for _name, node in top.value for one in node.value if isinstance(one, yaml.MappingNode)]
    found = []
    for mapping in [top, *below]:
        names = [name for name, _value in mapping.value]
        said = [name.value for name in names]
        found += [(name.start_mark.line + 1, name.value) for at, name in enumerate(names) if name.value in said[:at]]
    return sorted(found)
