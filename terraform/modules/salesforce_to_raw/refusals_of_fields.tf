locals {
  # null: all of the object's fields
  listed = { for name, object in var.objects : name => try(tolist(object.fields), null) }

  # Where an object names fields beside `fields`.
  mentions = {
    for name, object in var.objects : name => flatten([
      for place in ["mask", "rename", "truncate", "types", "validate"] :
      [for field in keys(object[place]) : { place = place, field = field }]
    ])
  }

  names_in_raw = {
    for name, object in var.objects :
    name => [for field in coalesce(local.listed[name], []) : try(object.rename[field], field)]
  }

  problems_of_fields = {
    for name, object in var.objects : name => concat(
      [
        {
          holds = object.fields == null || object.fields == "all" || try(length(local.listed[name]) > 0, false)
          says  = "fields is a list of names, or 'all'"
        },
        {
          holds = local.listed[name] != null || length(object.rename) == 0
          says  = "rename needs a list of fields: one task brings all of them under their own names"
        },
      ],
      flatten([
        for field in distinct(local.names_in_raw[name]) : [
          { holds = can(regex(local.patterns.name, field)), says = "'${field}' is no name of a field" },
          {
            holds = length([for other in local.names_in_raw[name] : other if other == field]) == 1
            says  = "two fields would be '${field}' in raw"
          },
        ]
      ]),
      [
        for field in coalesce(local.listed[name], []) :
        { holds = can(object.types[field]), says = "the field '${field}' has no type in types" }
      ],
      [
        for mention in local.mentions[name] : {
          holds = local.listed[name] == null ? true : contains(local.listed[name], mention.field)
          says  = "${mention.place} names '${mention.field}', which is not among fields"
        }
      ],
      local.problems_of_values[name],
      flatten(local.problems_of_filters[name]),
    )
  }

  problems_of_values = {
    for name, object in var.objects : name => concat(
      [
        for field, mask in object.mask : {
          holds = (
            mask.kind == "all"
            ? mask.length == null
            : contains(keys(local.masks), mask.kind) && try(mask.length >= 1, false)
          )
          says = "the mask of '${field}' is all without a length, or first or last with one"
        }
      ],
      [
        for field, length in object.truncate :
        { holds = try(length >= 1, false), says = "truncate leaves '${field}' 1 character or more" }
      ],
      [
        for field, rule in object.validate : {
          holds = contains(keys(local.validations), rule.rule) && contains(keys(local.on_failure), rule.on_failure)
          says = join(" ", [
            "validate of '${field}': the rule is one of ${join(", ", keys(local.validations))}, on_failure one of",
            "${join(", ", keys(local.on_failure))}",
          ])
        }
      ],
    )
  }

  problems_of_filters = {
    for name, object in var.objects : name => [
      for filter in object.where : concat(
        [
          {
            holds = contains(keys(local.comparisons), filter.is)
            says  = "where knows ${join(", ", keys(local.comparisons))}, not '${filter.is}'"
          },
          {
            holds = (filter.is == "between") == (filter.upper != null)
            says  = "where: between takes value and upper ('${filter.field}'), all others value alone"
          },
          {
            holds = can(object.types[filter.field])
            says  = "where compares '${filter.field}', whose type is not in types"
          },
        ],
        [
          for value in [filter.value, filter.upper] : {
            holds = can(regex(local.patterns.epoch_ms, value)) || can(local.epoch_ms[value])
            says = join(" ", [
              "where compares '${filter.field}' with '${value}': write a day (2024-01-31), an instant",
              "(2024-01-31T12:00:00Z) or milliseconds since 1970",
            ])
          } if value != null && contains(local.time_types, try(object.types[filter.field], ""))
        ],
      )
    ]
  }
}
