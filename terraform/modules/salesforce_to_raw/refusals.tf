# What an object may not say, one sentence each, all of them at once. They are a precondition of the output `flows`, not
# validations of the variable: a validation that read a local made of its own variable would be a cycle, and each
# condition would have to stand twice.
locals {
  problems = {
    for name, object in var.objects : name => [
      for problem in concat(
        local.problems_of_flow[name], local.problems_of_trigger[name], local.problems_of_fields[name],
      ) :
      "${name}: ${problem.says}" if !problem.holds
    ]
  }

  # flow name => the objects that claim it
  claims = { for claim in flatten([
    for name, object in var.objects :
    [for flow in [object.flow, try(object.formula_refresh.flow, null)] : { flow = flow, name = name } if flow != null]
  ]) : claim.flow => claim.name... }

  problems_of_flow = {
    for name, object in var.objects : name => concat(
      [
        { holds = can(regex(local.patterns.name, name)), says = "no name of a Salesforce object" },
        {
          holds = can(regex(local.patterns.name, object.cursor))
          says  = "the cursor '${object.cursor}' is no name of a field"
        },
        {
          holds = contains(keys(local.formats), object.format)
          says  = "the format is one of ${join(", ", keys(local.formats))}, not '${object.format}'"
        },
        {
          holds = contains(keys(local.apis), object.api)
          says  = "the api is one of ${join(", ", keys(local.apis))}, not '${object.api}'"
        },
        {
          holds = (
            object.from == null
            ? true
            : can(regex(local.patterns.utc, object.from)) && can(formatdate("YYYY", object.from))
          )
          says = join(" ", [
            "write from as an instant in UTC (2015-01-01T00:00:00Z), not",
            "'${object.from == null ? "" : object.from}'",
          ])
        },
      ],
      flatten([
        for flow, names in local.claims : [
          {
            holds = can(regex(local.patterns.flow, flow)) && startswith(flow, "${var.name}-")
            says = join(" ", [
              "the flow '${flow}' needs a name of letters, digits and _!@#.- that starts with '${var.name}-', which",
              "the bucket's policy lets write",
            ])
          },
          {
            holds = length(names) == 1
            says  = "the flow '${flow}' is claimed ${length(names)} times (${join(", ", sort(distinct(names)))})"
          },
        ] if contains(names, name)
      ]),
    )
  }

  problems_of_trigger = {
    for name, object in var.objects : name => concat(
      [
        {
          holds = contains(keys(local.triggers), object.trigger.kind)
          says  = "the trigger's kind is one of ${join(", ", keys(local.triggers))}, not '${object.trigger.kind}'"
        },
        {
          holds = (object.trigger.kind == "schedule") == (object.trigger.schedule != null)
          says  = "a schedule is given for the trigger kind schedule, and for no other"
        },
        {
          holds = (object.trigger.kind == "event") == (object.trigger.event != null)
          says  = "an event is given for the trigger kind event, and for no other"
        },
        {
          holds = object.trigger.event == null ? true : can(regex(local.patterns.event, object.trigger.event))
          says = join(" ", [
            "the event '${object.trigger.event == null ? "" : object.trigger.event}' is neither a change event",
            "(AccountChangeEvent, Box__ChangeEvent) nor a platform event (Paid__e)",
          ])
        },
        {
          holds = try(object.trigger.offset_seconds >= 0 && object.trigger.offset_seconds <= 36000, false)
          says  = "offset_seconds is 0 to 36000"
        },
        {
          holds = object.formula_refresh == null || object.trigger.kind == "schedule"
          says  = "formula_refresh stands beside a scheduled flow only"
        },
      ],
      [
        for schedule in [object.trigger.schedule, try(object.formula_refresh.schedule, null)] : {
          holds = can(regex(local.patterns.rate, schedule)) || can(regex(local.patterns.cron, schedule))
          says = join(" ", [
            "the schedule '${schedule}' is neither a rate of whole minutes, hours or days, at least 1 (rate(1",
            "hour)), nor a cron of six fields",
          ])
        } if schedule != null
      ],
    )
  }
}
