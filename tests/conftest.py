"""What holds for all tests: properties are judged by their answers, not by how busy the machine is."""

from hypothesis import settings

settings.register_profile("warroom", deadline=None)
settings.load_profile("warroom")
