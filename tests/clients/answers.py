# SPDX-License-Identifier: Apache-2.0
"""answers - one answer of the Lambda API, held against the SDK's own model of the service:
what has to be there is, what is there is known, and has the form and the values it may."""

import json

import botocore.validate

# What the service does although its model says otherwise (recorded).
EXPECTED_INCOMPLETE = {"GetFunctionCodeSigningConfig"}  # nothing is attached
EXPECTED_VALUES = {("LastUpdateStatusReasonCode", "Creating")}
EXPECTED_STATUS = {("DeleteFunction", 204), ("Invoke", 202), ("Invoke", 204)}

# Errors that any operation may answer without its model listing them.
GENERAL_ERRORS = {"ValidationException", "AccessDeniedException", "NotImplemented"}


class ModelError(AssertionError):
    """An answer is not what the SDK's model of the service says."""


def check_members(shape, value, path):
    """Every member of the JSON VALUE is in SHAPE: botocore drops others in silence."""
    if value is None:
        raise ModelError(f"{path} is null")
    if shape.type_name == "structure":
        names = {member.serialization.get("name", name): member
                 for name, member in shape.members.items()}
        for name, inner in value.items():
            if name not in names:
                raise ModelError(f"{path}.{name} is not in the model of {shape.name}")
            check_members(names[name], inner, f"{path}.{name}")
    elif shape.type_name == "list":
        for i, inner in enumerate(value):
            check_members(shape.member, inner, f"{path}[{i}]")
    elif shape.type_name == "map":
        for key, inner in value.items():
            check_members(shape.value, inner, f"{path}[{key}]")
    elif getattr(shape, "enum", None) and value not in shape.enum and \
            (shape.name, value) not in EXPECTED_VALUES:
        raise ModelError(f"{path} is {value!r}, not one of {shape.enum}")


def check_error(http_response, parsed, model):
    """The code is one that the model knows for this operation, or one of the service as a
    whole, and the members are those of that error."""
    error = parsed.get("Error", {})
    for name in ("Code", "Message"):
        if name not in error:
            raise ModelError(f"{model.name}: an error without {name}: {parsed}")
    shapes = {shape.name: shape for shape in model.error_shapes}
    if error["Code"] in shapes:
        names = {name.lower() for name in shapes[error["Code"]].members}
        for name in json.loads(http_response.content):
            if name.lower() not in names:
                raise ModelError(f"{model.name}: {name} is not in {error['Code']}")
    elif error["Code"] not in GENERAL_ERRORS:
        raise ModelError(f"{model.name}: {error['Code']} is not one of {sorted(shapes)}")


def check(http_response, parsed, model):
    """HTTP_RESPONSE has a status_code and the content as it came; PARSED is what botocore
    made of it."""
    shape = model.output_shape
    status = http_response.status_code
    if status >= 300:
        check_error(http_response, parsed, model)
        return
    wanted = model.http.get("responseCode")
    if wanted and status != wanted and (model.name, status) not in EXPECTED_STATUS:
        raise ModelError(f"{model.name}: status {status}, the model says {wanted}")
    if shape is None:
        return
    payload = shape.serialization.get("payload")
    if not payload and http_response.content:  # what is a payload may still be on its way
        check_members(shape, json.loads(http_response.content), model.name)
    plain = {name: value for name, value in parsed.items()
             if name not in ("ResponseMetadata", payload)}
    report = botocore.validate.ParamValidator().validate(plain, shape)
    if report.has_errors() and model.name not in EXPECTED_INCOMPLETE:
        raise ModelError(f"{model.name}: {report.generate_report()}")
