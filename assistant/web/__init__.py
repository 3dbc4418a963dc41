"""The chat page: Gradio with telemetry switched off before it is first imported."""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"  # its figures of every event are never shown,
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"  # and pandas would work them out
