# What AppFlow does with the records of each object, as the tasks of its flows. An object that lists its fields gets
# those and no other: a personal field that nobody asked for never leaves Salesforce.
locals {
  # Sorted: a plan compares the order of a projection too, and it must not hang on the order in which the contract names
  # them.
  fields = { for name in keys(local.objects) : name => local.listed[name] == null ? null : sort(local.listed[name]) }

  tasks = {
    for name, object in local.objects : name => concat(
      local.fields[name] == null ? [local.every_field] : concat([local.projections[name]], local.maps[name]),
      local.masking[name],
      local.truncating[name],
      local.validating[name],
      local.filters[name],
    )
  }

  every_field = {
    type        = "Map_all"
    operator    = "NO_OP"
    fields      = []
    destination = null
    properties  = { EXCLUDE_SOURCE_FIELDS_LIST = "[]" }
  }

  projections = {
    for name, fields in local.fields : name =>
    { type = "Filter", operator = "PROJECTION", fields = fields, destination = null, properties = {} } if fields != null
  }

  # The API returns both types; where they are not given, every plan would show a change.
  maps = {
    for name, object in local.objects : name => [
      for field in coalesce(local.fields[name], []) : {
        type        = "Map"
        operator    = "NO_OP"
        fields      = [field]
        destination = try(object.rename[field], field)
        properties  = { SOURCE_DATA_TYPE = object.types[field], DESTINATION_DATA_TYPE = object.types[field] }
      }
    ]
  }

  # MASK_ALL has no use for a length, but AppFlow's console writes one too: 5 (as cdklabs/cdk-appflow, transforms.ts,
  # does).
  masking = {
    for name, object in local.objects : name => [
      for field, mask in object.mask : {
        type        = "Mask"
        operator    = local.masks[mask.kind]
        fields      = [field]
        destination = null
        properties  = { MASK_LENGTH = tostring(mask.length == null ? 5 : mask.length), MASK_VALUE = "*" }
      }
    ]
  }

  truncating = {
    for name, object in local.objects : name => [
      for field, length in object.truncate :
      {
        type        = "Truncate"
        operator    = "NO_OP"
        fields      = [field]
        destination = null
        properties  = { TRUNCATE_LENGTH = tostring(length) }
      }
    ]
  }

  validating = {
    for name, object in local.objects : name => [
      for field, rule in object.validate : {
        type        = "Validate"
        operator    = local.validations[rule.rule]
        fields      = [field]
        destination = null
        properties  = { VALIDATION_ACTION = local.on_failure[rule.on_failure] }
      }
    ]
  }

  filters = {
    for name, object in local.objects : name => [
      for filter in object.where : {
        type        = "Filter"
        operator    = local.comparisons[filter.is]
        fields      = [filter.field]
        destination = null
        properties = merge({ DATA_TYPE = object.types[filter.field] }, {
          for key, value in {
            VALUE       = filter.is == "between" ? null : filter.value
            LOWER_BOUND = filter.is == "between" ? filter.value : null
            UPPER_BOUND = filter.upper
            } : key => contains(
            local.time_types,
            object.types[filter.field],
          ) ? try(local.epoch_ms[value], value) : value if value != null
        })
      }
    ]
  }
}
