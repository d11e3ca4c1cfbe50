# Lo que falló, como se le dice a una persona. Valores: nombres escritos, nombres de AWS, palabras de AWS o del sistema.

## Las palabras de una orden

wrong-offline = esto necesita AWS, y se pidió --offline
wrong-offline-file = esto necesita AWS, y se pidió --offline: indique un archivo
wrong-offline-update = intel update sale a Internet, y --offline lo prohíbe
wrong-offline-network = --offline no pregunta a nadie, y --network pregunta
wrong-offline-place = { $place } está en la cuenta, y --offline no pregunta a nadie
wrong-place = { $place } no nombra ningún bucket ni grupo de registros
wrong-plan = { $plan } no es un plan del caso { $case }: indique su huella, o al menos 6 de sus cifras
wrong-plan-several = { $plan } encaja con varios planes del caso { $case }
wrong-plan-command = el plan { $plan } no es para `rebato { $command }`; `rebato case show { $case }` dice para qué es
wrong-profile = { $name } no es un perfil (runbook, isolate, observe, escalate) ni se puede leer como archivo: { $why }
wrong-state = este sistema no tiene carpeta de datos: indíquela con --state DIR
wrong-nothing-named = indique un caso o una instancia
wrong-empty = una palabra vacía no nombra ninguna alerta
wrong-check = { $name } no es una comprobación; hay estas: { $names }
wrong-fix-case = una corrección es de un caso: ábralo con `rebato respond INSTANCIA`
wrong-case-or-instance = { $name } no es un caso ni una instancia
wrong-case-or-address = { $name } no es una dirección ni un caso
wrong-address = { $name } no es una dirección
wrong-mend-case = { $name } no es un caso: una lista se enmienda para un caso
wrong-key = --key es para una carpeta exportada
wrong-listen = { $listen } no es una dirección de bucle local: la cuenta simulada no tiene credenciales reales que comprobar
wrong-source = { $name } no es una fuente: elija entre { $names }
wrong-topic = { $topic } no es el ARN de un tema de SNS
wrong-topic-region = el tema { $topic } no está en { $region }, donde está la instancia
wrong-several = --approve, --override, --explain y --wait son para un solo caso: apruebe cada uno y dé después a cada uno su --plan
wrong-two-plans = el caso { $case } recibe dos planes
wrong-plan-cases = { $plan } encaja con planes de varios casos
wrong-plan-of-none = { $plan } no es un plan de estos casos
wrong-plan-missing = con --plan, cada caso necesita el suyo: falta el de { $case }
wrong-letter = --letter es solo va a AWS Support
wrong-no-watcher = security-ir pide a alguien que siga el caso: --watcher CORREO
wrong-mail = { $mail } no es una dirección de correo
wrong-scenario = no hay ningún escenario { $name }; hay estos: { $names }
wrong-log-place = harden.flow_logs es { $place }: indique s3://bucket/carpeta o logs://grupo
wrong-log-role = harden.flow_logs es { $place }: un grupo de registros necesita harden.flow_logs_role

## Archivos

file-read = no se puede leer { $path }: { $why }
file-write = no se puede escribir { $path }: { $why }
file-make = no se puede crear { $path }: { $why }
file-probe = en { $path } no está lo que imprime el guion: lo da `rebato harden --print-probe linux`
file-sshd = { $path } no es una configuración de sshd: { $why }
file-sshd-none = no hay ningún sshd_config en { $path }: { $why }

## El caso

failed-no-case = no existe el caso { $case }; `rebato case list` los enumera
failed-no-plan = el caso { $case } no tiene el plan { $plan }
failed-not-approved = el plan { $plan } del caso { $case } no está aprobado
failed-second = el plan { $plan } del caso { $case } lo aprobó una persona, y la política pide dos
failed-second-too = otra persona debe aprobar también el plan { $plan }
failed-other-plan = la aprobación es del plan { $approved }, y este es el plan { $plan }
failed-expired = la aprobación caducó el { $until }: hay que aprobar de nuevo
failed-refused = el plan está rechazado: { $codes }
failed-stale = el plan ya no vale y no se ha hecho nada: { $drifts }
failed-stale-one = { $target } está ahora en { $seen }
failed-busy = el caso { $case } está trabajando en { $instance }: termínelo antes con `rebato contain { $case }`
failed-no-instance = el hallazgo { $finding } no nombra ninguna instancia: no hay nada que contener
failed-ambiguous = { $query } encaja con { $count } instancias
failed-not-found = ninguna instancia encaja con { $query }
failed-scan-died = la lectura de los registros terminó de forma inesperada: es un fallo del programa; comuníquelo, por favor
failed-policy = la política lo prohíbe: { $asked }: lo prohíbe { $rules }
failed-policy-silent = la política lo prohíbe: { $asked }: ninguna regla lo permite
failed-unsafe = el plan no es seguro y no se ofrece: { $faults }
failed-closed = el caso { $case } está cerrado
failed-nothing-contained = { $case }: no hay ninguna contención que deshacer
failed-nothing-rehearsed = en el escenario { $name } no hay nada que contener
failed-no-finding = GuardDuty no tiene el hallazgo { $finding } en esta cuenta y región ({ $region })
failed-no-finding-ec2 = GuardDuty no tiene ningún hallazgo así sobre una instancia EC2 en esta cuenta y región ({ $region })
failed-no-finding-such = GuardDuty no tiene ningún hallazgo así en esta cuenta y región ({ $region })
failed-no-finding-of = GuardDuty no tiene ningún hallazgo sobre { $instance }
failed-neither = { $file }; y ninguna instancia se llama { $name }
failed-account = { $name } está en la cuenta { $account }, y las credenciales son de { $ours }: elija otras con --profile

## La carpeta de datos

state-conflict = otra persona u otro programa cambió el caso { $case }: está en el suceso { $found } y se esperaba el { $expected }; repita la orden
state-locked = la carpeta de datos { $folder } está en uso por { $holder }; espere a que termine, o indique otra con --state
state-io = falló en { $path } ({ $what }): { $why }
state-damaged = { $what } tiene daños: { $why }
state-too-new = el diario de { $path } tiene la versión de esquema { $version }, y este programa conoce hasta la { $known }: use un rebato más nuevo

## AWS

aws-not-found = { $what } no existe: { $code }: { $why }
aws-denied = AWS denegó { $operation }: { $code }: { $why }
aws-credentials = no hay credenciales de AWS que sirvan para { $operation }: { $why }; ejecute `aws sso login`, o indique un perfil con --profile
aws-unreachable = AWS no respondió a { $operation }: { $why }
aws-throttled = AWS limitó { $operation }: { $code }
aws-refused = AWS rechazó { $operation }: { $code }: { $why }
