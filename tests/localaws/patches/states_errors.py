"""An error named States.* that leaves a Map or a Fail state kills moto's interpreter; AWS hands it to a Catch."""

from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName, ErrorName


def apply() -> None:
    CustomErrorName.__init__ = named


def named(error: CustomErrorName, error_name: str | None) -> None:
    ErrorName.__init__(error, error_name=error_name)
