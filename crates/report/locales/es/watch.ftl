## What watches a case when nobody looks

purpose-watch = Lo que vigila el caso
purpose-unwatch = Retirar lo que vigila el caso

action-set_watch_object = { $change ->
    [deleted] { $kind ->
        [rule] Eliminar la regla { $name } para «{ $about }»
        [metric_filter] Eliminar el filtro de métricas { $name } del grupo de registros { $about }
       *[alarm] Eliminar la alarma { $name } sobre { $about }
     }
    [changed] { $kind ->
        [rule] Cambiar la regla { $name } para «{ $about }»
        [metric_filter] Cambiar el filtro de métricas { $name } del grupo de registros { $about }
       *[alarm] Cambiar la alarma { $name } sobre { $about }
     }
   *[made] { $kind ->
        [rule] Crear la regla { $name } para «{ $about }»
        [metric_filter] Crear el filtro de métricas { $name } en el grupo de registros { $about }
       *[alarm] Crear la alarma { $name } sobre { $about }
     }
 }
impact-set_watch_object = { $change ->
    [deleted] Ninguno en la carga de trabajo. Desde entonces no avisa a nadie.
   *[made] Ninguno en la carga de trabajo. { $kind ->
        [rule] Los eventos que van al tema cuestan lo que cuesten sus entregas.
        [metric_filter] La métrica que cuenta cuesta unos 0,30 USD al mes.
       *[alarm] Una alarma cuesta 0,10 USD al mes; la que mira lo habitual, unas tres veces más.
     }
 }

note-watch_addresses_left_out = { $count ->
    [one] Una dirección del caso no cabe
   *[other] { $count } direcciones del caso no caben
 } en el filtro: su patrón admite 1024 caracteres.
note-watch_format_lacks = El registro de flujo { $flow_log } no escribe { $side ->
    [accepted-from] quién envió
   *[accepted-to] a quién se envió
 }, o no si se aceptó: ese lado no se cuenta.
note-watch_no_addresses = El hallazgo no nombra ninguna dirección, así que no se cuentan flujos.
note-watch_no_history = Se leyeron métricas de menos de un día, así que nadie sabe qué es lo habitual: la alarma sobre el tráfico de salida tiene un límite fijo.
note-watch_no_log_group = Ningún registro de flujo activo de la instancia escribe el tráfico aceptado en CloudWatch Logs, así que no se cuentan flujos con las direcciones del caso.
note-watch_not_running = La instancia está en estado { $state }: no hay alarma sobre sus comprobaciones de estado.
note-watch_object_changed = { $name } no está como Rebato lo dejó, o es de otro. El paso sobrescribe o elimina lo que hay ahora.
note-watch_rules_need_topic = Se omiten las reglas para hallazgos nuevos y cambios de estado: sin un tema no avisarían a nadie.
note-watch_tells_nobody = Las alarmas no avisan a nadie. Indique un tema de SNS en la configuración (topic en monitor) o con --topic.
note-watch_topic_policy = El tema { $topic } debe dejar que cloudwatch.amazonaws.com y events.amazonaws.com publiquen en él; no se comprueba si lo hace.

watch-alarms = Lo que vigila el caso en la cuenta

close-watch-objects-stand = Lo que se creó para vigilar el caso sigue ahí.
close-root-cause = Nadie ha declarado la causa raíz.
close-credentials-rotated = Nadie ha declarado que se renovó lo que pudo ser robado.
close-evidence-locked = Nadie ha declarado que la evidencia está bloqueada.
close-report-signed = Nadie ha declarado que el informe está firmado.

due-watch_objects = ya no hace falta lo que vigila el caso
why-objects-not-read = no se leyeron las alarmas, los filtros y las reglas

event-criterion_stated = Palabra de una persona sobre el cierre
event-closing_agreed = Criterios de la configuración

watch-stands = Todo lo que debe vigilar el caso está en su sitio.
watch-done = El caso está vigilado. Para retirarlo: { $command }
watch-none = Nada de lo que creó Rebato vigila este caso.
watch-gone = Ya nada de lo que creó Rebato vigila este caso.
watch-open = No está todo hecho; pasos: { $open }
watch-stated = Anotado: { $code }
watch-hint-unwatch = Para retirar lo que vigila el caso, o decir que se queda:
watch-hint-state = Lo que solo sabe una persona, lo declara una persona:

## Why there is no plan of alarms on the account's defences


## Its options

help-arg-monitor-watch = Hacer un plan de alarmas, un filtro de métricas y reglas de eventos que vigilen el caso cuando nadie mira
help-arg-unwatch = Hacer un plan que los elimine
help-arg-declare = Declarar, en sus palabras, que un criterio de cierre se cumple: root-cause, credentials-rotated, evidence-locked, report-signed; o que watch-objects-stand no retiene el caso. Puede darse más de una vez
help-arg-topic = Tema de SNS al que avisan, en lugar del de la configuración
