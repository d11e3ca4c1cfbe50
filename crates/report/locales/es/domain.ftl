### Palabras para los conceptos del dominio: estados, dictámenes, fuentes, hechos y sucesos.

## Cómo se escriben los números

form-decimal = { "," }
form-group = { "\u00A0" }
form-group-from = 5

## Los seis pasos del runbook

step-identify = 1 Identificar
step-evaluate = 2 Evaluar
step-contain = 3 Aislar
step-investigate = 4 Investigar la fuente
step-harden = 5 Fortalecer
step-monitor = 6 Monitorear

## Estados de un caso

state-opened = abierto, sin evaluar
state-evaluated = evaluado
state-planned = plan a la espera de aprobación
state-approved = plan aprobado, nada hecho todavía
state-containing = contención en curso
state-contained = contenido
state-releasing = liberación en curso
state-released = liberado
state-closed = cerrado

## Contención

containment-none = sin contención
containment-partial = contención parcial
containment-contained = contenida
containment-verified = contenida y verificada
containment-released = liberada
containment-none-long = No se ha cambiado nada en la instancia.
containment-partial-long = La contención empezó y no está completa. Hace falta una persona ahora.
containment-contained-long = La instancia está aislada: se leyó el estado después de los cambios. Los registros de flujo aún no lo han confirmado.
containment-verified-long = La instancia está aislada: se leyó el estado y, desde entonces, los registros de flujo no muestran tráfico aceptado.
containment-released-long = Se devolvió a su estado lo que la contención había cambiado.

## Dictámenes

outcome-succeeded = Intrusión
outcome-likely = Intrusión probable
outcome-attempted = Intento sin éxito
outcome-blocked = Bloqueado
outcome-benign = Sin ataque
outcome-inconclusive = No concluyente
outcome-none = Sin evaluar
outcome-succeeded-long = El ataque tuvo éxito. Trate la instancia como comprometida.
outcome-likely-long = El ataque probablemente tuvo éxito. Trate la instancia como comprometida mientras no se demuestre lo contrario.
outcome-attempted-long = El ataque llegó a la instancia. La evidencia está completa y no muestra éxito.
outcome-blocked-long = El tráfico se rechazó antes de llegar a la instancia.
outcome-benign-long = El tráfico es legítimo. Hay que corregir la entrada de la lista, no la instancia.
outcome-inconclusive-long = La evidencia disponible no permite distinguir entre intento e intrusión.
outcome-none-long = Todavía no se ha valorado la evidencia.
advice-treat-as-likely = Parece que empezó la instancia: trátela como intrusión probable hasta tener la evidencia que falta.

## Gravedad, perfil, propósito, decisión

severity-info = Nota
severity-warning = Advertencia
severity-refusal = Rechazado salvo autorización expresa
profile-runbook = runbook: todo, con la parada al final
profile-isolate = isolate: sin parada, se conserva la memoria
profile-observe = observe: solo evidencia
profile-escalate = escalate: para una contención con fugas, el runbook y una ACL de red
purpose-contain = Contención
purpose-release = Liberación
purpose-revert = Deshacer la corrección de { $check }
purpose-fix = Corrección de { $check }
purpose-mend-edit = La dirección, fuera de la lista de amenazas
purpose-mend-trust = La dirección, a la lista de confianza
purpose-mend-suppress = Regla de supresión
purpose-mend-undo = Deshacer lo enmendado
decision-approved = aprobado
decision-second = a la espera de una segunda persona
decision-rejected = rechazado
decision-none = a la espera de decisión

## Pasos de un plan

step-state-planned = sin empezar
step-state-started = empezado, resultado desconocido
step-state-done = hecho
step-state-failed = fallido
step-state-failed-uncertain = fallido, puede haber tenido efecto
step-state-undone = deshecho

## Fuentes y cobertura

source-flow_logs = Registros de flujo de la VPC
source-cloudtrail = CloudTrail
source-auth_log = Registros de inicio de sesión
source-dns = Registros de consultas DNS
source-findings = Hallazgos de GuardDuty
source-metrics = Métricas de CloudWatch
coverage-complete = completa
coverage-partial = parcial
coverage-absent = ninguna

## Por qué una fuente no lo muestra todo

gap-not_given = no se entregó este registro ni se encontró ninguno
gap-not_enabled = la cuenta no escribe este registro
gap-failed = la lectura falló: { $why }
gap-skipped = no se pudo leer { $file }: { $why }
gap-window = los registros van de { $from } a { $until } y no cubren todo el período
gap-interrupted = la lectura se interrumpió antes del final
gap-bounded = la lectura terminó en su límite, tras { $bytes } bytes
gap-skip_data = AWS omitió registros ({ $records } SKIPDATA)
gap-field_missing = al formato le falta el campo { $field }
gap-unknown = motivo no registrado
gap-nothing_about = { $records ->
    [one] un registro leído
   *[other] { $records } registros leídos
 }, ninguno sobre esta instancia
gap-left_out = { $facts ->
    [one] un hecho más
   *[other] { $facts } hechos más
 } de tipo { $kind } sin incluir
time-unknown = hora desconocida
clock-aws = ± { $seconds } s
clock-host = ± { $seconds } s, reloj de la instancia
phase-before = antes del primer contacto
phase-contact = contacto
phase-success = primer éxito
phase-after = después del éxito

## Qué cambiaría el dictamen

change-give-flow-logs = Entregar los registros de flujo de la VPC del período del hallazgo.
change-enable-flow-logs = Activar los registros de flujo de la VPC para todo el tráfico.
change-give-cloudtrail = Entregar los registros de CloudTrail del período del hallazgo.
change-enable-cloudtrail = Activar CloudTrail en todas las regiones.
change-collect-auth-log = Recoger los registros de inicio de sesión de la instancia.
change-enable-dns-log = Activar el registro de consultas DNS de la VPC.
change-read-other-findings = Leer qué más ha encontrado GuardDuty sobre la instancia.
change-read-metrics = Permitir a Rebato leer las métricas de la instancia en CloudWatch.
change-widen-window = Leer los registros de un período más largo.
change-repair-files = Entregar de nuevo los archivos que no se pudieron leer.
change-read-to-the-end = Ejecútelo de nuevo y déjelo leer hasta el final.
change-allow-reading = Permitir a Rebato leer lo que se denegó.
change-add-flow-fields = Añadir los indicadores TCP y el sentido al formato de los registros de flujo.
change-look-elsewhere = Revisar el balanceador o el NAT que haya delante: los registros no muestran esta dirección en la instancia.
change-look-at-processes = Mirar en la instancia qué proceso es dueño de la conexión.
change-look-at-app-logs = Leer el registro del servicio que escucha en el puerto.
change-scan-for-malware = Pedir a GuardDuty que busque malware en los volúmenes o en sus instantáneas.
change-raise-login = Subiría a intrusión: un inicio de sesión aceptado desde la otra parte.
change-raise-callback = Subiría a intrusión: una conexión con la otra parte abierta por la instancia y respondida.
change-raise-beacon = Subiría a intrusión: la misma llamada una y otra vez a intervalos regulares.
change-raise-role-abroad = Subiría a intrusión: una llamada con las credenciales del rol desde una dirección que no es de la instancia.
change-raise-second-source = Subiría a intrusión: un indicio de éxito en una segunda fuente.
change-raise-later = Subiría: cualquier tráfico o inicio de sesión aceptado de la otra parte a partir de ahora. Seguir vigilando.
change-raise-owner-denies = Subiría: el responsable no conoce este tráfico.
change-lower-refuted = Bajaría: se confirma lo que refutaría el motivo más fuerte.
change-lower-complete-and-quiet = Bajaría a intento: registros de flujo, de CloudTrail y de inicio de sesión completos y sin indicio de éxito.
change-ask-owner = Preguntar al responsable de la instancia si espera esta actividad.

## Hechos

fact-conversation = { $direction ->
    [inbound] { $remote } → { $local }
    [outbound] { $local } → { $remote }
   *[unknown] { $local } ↔ { $remote }
 }, puerto { $port }, { $protocol }: { $bytes_in } de entrada, { $bytes_out } de salida, { $accepted } aceptados, { $rejected } rechazados
fact-beacon = Conexiones regulares a { $ip }, puerto { $port }: { $connects } veces, una cada { $interval } s, { $bytes_out } enviados
fact-scan = { $ip } sondeó { $ports ->
    [one] un puerto
   *[other] { $ports } puertos
 } en { $hosts ->
    [one] una dirección
   *[other] { $hosts } direcciones
 }: { $accepted } aceptados, { $rejected } rechazados
fact-sweep = { $from } probó { $hosts ->
    [one] un equipo
   *[other] { $hosts } equipos
 }{ $inside ->
    [yes] {" "}de las redes privadas
   *[no] { "" }
 }, { $ports ->
    [one] puerto { $port }
   *[other] { $ports } puertos
 }; respondieron { $answered }
fact-outbound_volume = { $bytes } salieron hacia { $ip }, { $busiest } en la hora de más tráfico{ $known ->
    [yes] ; lo habitual hacia cualquier dirección externa: hasta { $usual } por hora
   *[no] { "" }
 }
fact-lookup = { $count ->
    [one] Una consulta DNS
   *[other] { $count } consultas DNS
 } de { $names ->
    [one] { $longest }
   *[other] { $names } nombres bajo { $domain }, el más largo { $longest }
 }; no encontradas: { $missing }
fact-metric = { $name } ({ $statistic }) fue { $value } desde { $from } hasta { $until }{ $known ->
    [yes] ; lo habitual a esa hora: { $usual }
   *[no] { "" }
 }
fact-host_change = { $change }: { $about }{ $known ->
    [yes] , por { $by }
   *[no] { "" }
 }{ $count ->
    [one] { "" }
   *[other] {" "}({ $count } veces)
 }: { $detail }
host-change-user_added = cuenta creada
host-change-user_enabled = cuenta habilitada
host-change-group_changed = pertenencia a grupos cambiada
host-change-password_changed = contraseña cambiada
host-change-key_added = clave SSH añadida
host-change-service_installed = servicio instalado
host-change-task_created = tarea programada creada
host-change-log_cleared = registro borrado
host-change-became_root = pasó a ser root
fact-login_failed = { $count ->
    [one] Un inicio de sesión fallido
   *[other] { $count } inicios de sesión fallidos
 } desde { $ip }, usuarios: { $users }
fact-login_accepted = Inicio de sesión de { $user } desde { $ip } aceptado ({ $method }); fallos en los diez minutos anteriores: { $failures }
fact-api_call = { $count ->
    [one] { $event }
   *[other] { $event } ({ $count } veces)
 } en { $service } desde { $source_ip } por { $principal }{ $detailed ->
    [yes] : { $detail }
   *[no] { "" }
 }{ $refused ->
    [yes] , denegado: { $error }
   *[no] { "" }
 }
fact-threat_match = { $ip } está en la lista de amenazas { $list } (entrada { $entry })
fact-other_finding = Hallazgo de GuardDuty { $type }, gravedad { $severity }
fact-alert = El propio hallazgo: { $type }, { $direction }{ $blocked ->
    [yes] , bloqueado
   *[no] { "" }
 }
fact-finding = GuardDuty emitió { $type } (apariciones: { $count })

## Sucesos del diario

event-case_opened = Caso abierto
event-alert_repeated = La alerta llegó de nuevo
event-finding_joined = Otro hallazgo se unió al caso
event-subject_observed = Instancia leída
event-subject_missing = Instancia no encontrada
event-evidence_gathered = Evidencia reunida
event-verdict_reached = Dictamen: { $about }
event-case_marked = Marcado { $about }
event-inquiry_begun = Se pregunta a otros por la dirección { $about }
event-address_investigated = Dirección { $about } investigada
event-guest_asked = Sistema operativo consultado
event-guest_answered = Respuesta del sistema operativo
event-posture_checked = Configuración comprobada
event-plan_made = Plan elaborado
event-plan_rehearsed = Plan ensayado: permisos consultados
event-plan_ruled = Política consultada sobre el plan
event-plan_approved = Plan aprobado
event-plan_rejected = Plan rechazado
event-step_started = Paso { $about } empezado
event-step_done = { $count ->
    [one] Paso { $about } hecho
   *[other] { $count } pasos hechos
 }
event-step_failed = Paso { $about } fallido
event-containment_observed = Contención comprobada por lectura
event-release_observed = Liberación comprobada por lectura
event-fix_watched = Servicio observado tras una corrección
event-monitored = Caso revisado
event-export_started = Copia en { $about } comenzada
event-export_done = Copia en { $about } terminada y releída
event-case_closed = Caso cerrado
event-case_reopened = Caso reabierto

## Direcciones

scope-public = pública
scope-private = privada
scope-cgnat = NAT de operador
scope-loopback = la propia máquina
scope-link_local = de enlace local
scope-multicast = multidifusión
scope-documentation = reservada para documentación
scope-own = dirección propia
standing-known_bad = maliciosa conocida
standing-mass_scanner = escáner masivo
standing-known_good = servicio conocido
standing-anonymiser = anonimizador (Tor, VPN o proxy)
standing-unknown = desconocida
address-fact-asn = Sistema autónomo
address-fact-country = País
address-fact-network = Red
address-fact-cloud = Nube
address-fact-tor = Tor
address-fact-ptr = DNS inverso
address-fact-abuse_contact = Contacto de abuso
address-fact-city = Ciudad
address-fact-anonymiser = Anonimizador
address-fact-history = Casos anteriores
address-fact-ptr_unconfirmed = Nombre inverso sin confirmar
address-fact-hostname = Nombre de máquina
address-fact-organisation = Organización
address-fact-usage = Uso
address-fact-ports = Puertos abiertos
address-fact-software = Programas
address-fact-vulnerable = Debilidades conocidas
address-fact-behaviour = Comportamiento
address-fact-exploits = Explota
address-fact-malware = Programa malicioso
address-fact-label = Etiquetas
address-fact-registered = Registrada
address-fact-language = Idioma
opinion-malicious = maliciosa
opinion-suspicious = sospechosa
opinion-benign = benigna
opinion-unknown = sin opinión
asked-answered = respondió
asked-not_configured = sin configurar
asked-refused = rechazó la consulta
asked-failed = falló
asked-not_listed = no figura

## Lo que no se pudo leer de la instancia

unread-groups = grupos de seguridad
unread-volumes = volúmenes
unread-role = rol
unread-scaling = grupo de escalado
unread-targets = grupos de destino
unread-attributes = atributos
unread-addresses = direcciones
unread-snapshots = instantáneas

## Evidencia guardada

kept-alert = Alerta tal como se recibió
kept-console_output = Salida de consola
kept-guest_output = Respuesta del sistema operativo
kept-console_screenshot = Captura de la consola
kept-log_extract = Extracto de registros
kept-snapshot = Instantánea
kept-snapshot_copy = Copia de una instantánea
kept-snapshot_lock = Bloqueo de una instantánea
kept-snapshot_share = Instantánea compartida con una cuenta
kept-malware_scan = Análisis de malware de una instantánea
kept-export = Copia del caso bajo Object Lock

## Sentido

direction-inbound = entrante
direction-outbound = saliente
direction-unknown = sentido desconocido

## Recuentos

count-records = { $count ->
    [one] { $count } registro
   *[other] { $count } registros
 }
