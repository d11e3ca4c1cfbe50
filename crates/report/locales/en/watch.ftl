## What watches a case when nobody looks

purpose-watch = What watches the case
purpose-unwatch = Taking down what watches the case

action-set_watch_object = { $change ->
    [deleted] { $kind ->
        [rule] Delete the rule { $name } for "{ $about }"
        [metric_filter] Delete the metric filter { $name } of the log group { $about }
       *[alarm] Delete the alarm { $name } on { $about }
     }
    [changed] { $kind ->
        [rule] Change the rule { $name } for "{ $about }"
        [metric_filter] Change the metric filter { $name } of the log group { $about }
       *[alarm] Change the alarm { $name } on { $about }
     }
   *[made] { $kind ->
        [rule] Make the rule { $name } for "{ $about }"
        [metric_filter] Make the metric filter { $name } on the log group { $about }
       *[alarm] Make the alarm { $name } on { $about }
     }
 }
impact-set_watch_object = { $change ->
    [deleted] None on the workload. From then on nobody is told by it.
   *[made] None on the workload. { $kind ->
        [rule] Events that go to the topic cost what the topic's deliveries cost.
        [metric_filter] The metric that it counts costs about USD 0.30 a month.
       *[alarm] An alarm costs USD 0.10 a month, one on what is usual about three times as much.
     }
 }

note-watch_addresses_left_out = { $count ->
    [one] One address of the case has
   *[other] { $count } addresses of the case have
 } no room in the filter: its pattern may have 1024 characters.
note-watch_format_lacks = The flow log { $flow_log } does not write { $side ->
    [accepted-from] who sent
   *[accepted-to] who was sent to
 }, or not whether it was accepted: that side is not counted.
note-watch_no_addresses = The finding names no address, so no flows are counted.
note-watch_no_history = Metrics of less than a day were read, so nobody knows what is usual: the alarm on outgoing traffic has a fixed limit.
note-watch_no_log_group = No active flow log of the instance writes accepted traffic to CloudWatch Logs, so no flows with the case's addresses are counted.
note-watch_not_running = The instance is { $state }: no alarm on its status checks.
note-watch_object_changed = { $name } is not as Rebato left it, or is somebody else's. The step overwrites or deletes what stands there now.
note-watch_rules_need_topic = Rules for new findings and changes of state are left out: without a topic they would tell nobody.
note-watch_tells_nobody = The alarms tell nobody. Name an SNS topic in the configuration (topic under monitor) or with --topic.
note-watch_topic_policy = The topic { $topic } must let cloudwatch.amazonaws.com and events.amazonaws.com publish to it; whether it does is not looked at.

watch-alarms = What watches the case in the account

close-watch-objects-stand = What was made to watch the case still stands.
close-root-cause = Nobody has stated the root cause.
close-credentials-rotated = Nobody has stated that what may have been stolen was rotated.
close-evidence-locked = Nobody has stated that the evidence is locked.
close-report-signed = Nobody has stated that the report is signed.

due-watch_objects = what watches the case is no longer wanted
why-objects-not-read = alarms, filters and rules were not read

event-criterion_stated = A person's word on closing
event-closing_agreed = Criteria of the configuration

watch-stands = All that is to watch the case stands.
watch-done = The case is watched. To take it down: { $command }
watch-none = Nothing that Rebato made watches this case.
watch-gone = Nothing that Rebato made watches this case any more.
watch-open = Not all of it is done; steps: { $open }
watch-stated = Written down: { $code }
watch-hint-unwatch = To take down what watches the case, or to say that it stays:
watch-hint-state = What only a person knows, a person states:

## Why there is no plan of alarms on the account's defences


## Its options

help-arg-monitor-watch = Make a plan of alarms, a metric filter and event rules that watch the case when nobody looks
help-arg-unwatch = Make a plan that deletes them again
help-arg-declare = Declare that a criterion for closing is met, in your words: root-cause, credentials-rotated, evidence-locked, report-signed, or that watch-objects-stand does not hold the case. May be given more than once
help-arg-topic = SNS topic that they tell, in place of the configuration's
