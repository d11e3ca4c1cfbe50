### Títulos y frases del informe.

report-title = Incidente { $case }
report-product = Informe de incidente de Rebato
report-written = Escrito el { $at }. Todas las horas están en UTC (Z).
report-state = Estado: { $state }
report-summary = Resumen
report-what-happened = Qué pasó
report-happened = El { $at }, GuardDuty informó de { $type } en { $instance }, cuenta { $account }, región { $region }.
report-happened-manual = El { $at }, una persona abrió este caso sobre { $instance }, cuenta { $account }, región { $region }.
report-happened-remote = { $direction ->
    [inbound] La otra parte, { $remote }, llamó a la instancia.
    [outbound] La instancia llamó a la otra parte, { $remote }.
   *[unknown] La otra parte: { $remote }.
 }
report-happened-lists = Listas de amenazas que coincidieron: { $lists }.
report-happened-count = GuardDuty ha reunido { $count ->
    [one] una aparición
   *[other] { $count } apariciones
 } en el hallazgo.
report-happened-sample = Es un hallazgo de muestra: no ha pasado nada real.
report-happened-missing = No se pudo leer la instancia: { $why }
report-verdict-and-why = Dictamen y motivos
report-score = Puntuación: { $score } de 100
report-no-verdict = Todavía no hay dictamen.
report-no-reasons = No se encontró ninguna señal.
report-more-reasons = { $count ->
    [one] Más abajo figura otro motivo.
   *[other] Más abajo figuran otros { $count } motivos.
 }
report-what-was-done = Qué se hizo
report-nothing-done = No se cambió nada.
report-done-steps = { $purpose }: { $all ->
    [one] { $done } de un paso hecho.
   *[other] { $done } de { $all } pasos hechos.
 }
report-done-among = Entre ellos:
report-what-is-open = Qué queda abierto
report-nothing-open = No queda nada abierto.
report-open-approval = Un plan espera aprobación: { $purpose } { $digest }.
report-open-second = Un plan espera la aprobación de una segunda persona: { $purpose } { $digest }.
report-open-approved = Un plan está aprobado y sin ejecutar: { $purpose } { $digest }.
report-open-step = Paso { $id } ({ $action }): { $state }.
report-open-exposed = Sigue expuesto: { $what }.
report-open-check = Por corregir: { $fix }
report-open-more-checks = { $count ->
    [one] Hay otro ajuste por corregir: figura en el capítulo 5.
   *[other] Hay otros { $count } ajustes por corregir: figuran en el capítulo 5.
 }
report-open-more = { $count ->
    [one] Queda otro punto abierto.
   *[other] Quedan otros { $count } puntos abiertos.
 }
report-open-watch = { $watch }: ha ocurrido algo. Véase el capítulo 6.
report-open-evaluate = No se ha evaluado la evidencia.
report-open-contain = El dictamen pide contención y todavía no hay plan.

report-timeline = Cronología
report-timeline-alt = Cronología de { $from } a { $until }: { $count ->
    [one] un suceso
   *[other] { $count } sucesos
 } en { $lanes } franjas. La tabla de abajo los cuenta con palabras.
report-timeline-ordinary = { $count ->
    [one] Un elemento de evidencia más, de actividad ordinaria, está en el capítulo 2.
   *[other] { $count } elementos de evidencia más, de actividad ordinaria, están en el capítulo 2.
 }
report-timeline-table = Sucesos de la cronología
report-lane-attack = Ataque
report-lane-alert = Alerta
report-lane-response = Respuesta
report-signal-reasons = Motivos del dictamen
report-conversations = Conversaciones
report-evidence = Evidencia
report-records = Archivos de los registros originales
report-coverage = Qué pudo mostrar cada fuente
report-change = Qué cambiaría el dictamen
report-containment = Contención, antes y después
report-containment-read-back = Comprobada por lectura el { $at }.
report-no-plan = No hay plan.
report-plans-left-out = { $count ->
    [one] No se muestra un plan anterior; está en el documento del caso (JSON).
   *[other] No se muestran { $count } planes anteriores; están en el documento del caso (JSON).
 }
report-plan-digest = Plan { $digest }
report-plan-notes = Advertido antes de aprobar
report-source = Expediente de la fuente
report-no-source = No se investigó ninguna dirección.
report-addresses-left-out = { $count ->
    [one] No se muestra otra dirección; está en el documento del caso (JSON).
   *[other] No se muestran otras { $count } direcciones; están en el documento del caso (JSON).
 }
report-sent-out = Salió de esta máquina: { $what }
report-marking = El caso está marcado { $marking } (Traffic Light Protocol 2.0).
report-inquiry-open = Una ejecución se interrumpió mientras preguntaba a otros por { $ip } ({ $who }): la dirección pudo salir de esta máquina y no se guardó ninguna respuesta.
report-nothing-sent-out = Nada sobre esta dirección salió de la máquina.
report-checks = Comprobaciones de configuración
report-first = Falla: { $check }. { $why }
report-fixes = Lo que se ha corregido y cómo sale desde entonces su comprobación
report-no-checks = No se hicieron comprobaciones.
report-clocks = Plazos que puede fijar la ley
report-due = Fechas del caso
report-monitoring = Vigilancia
report-no-monitoring = Todavía no se ha vuelto a revisar el caso.
report-review-at = Revisado el { $at }
report-review-flows = Flujos aceptados desde la contención: { $count }
report-review-flows-unknown = Flujos aceptados desde la contención: se desconoce
report-review-can-close = Nada impide cerrar.
report-watch-objects = Qué vigila el caso en la cuenta
watch-object-alarm = Alarma
watch-object-metric_filter = Filtro de métricas
watch-object-rule = Regla de eventos
report-stated = Qué han declarado las personas sobre el cierre
criterion-watch-objects-stand = Que puede quedarse lo que vigila el caso
criterion-root-cause = La causa raíz
criterion-credentials-rotated = Que se renovó lo que pudo haberse robado
criterion-evidence-locked = Que la evidencia está bloqueada
criterion-report-signed = Que el informe está firmado
report-decisions = Decisiones y aprobaciones
report-decisions-table = Quién decidió qué
report-no-decisions = Nadie ha decidido nada todavía.
report-custody = Cadena de custodia
report-custody-journal = Diario
report-custody-kept = Evidencia guardada
report-custody-explained = Cada registro lleva el hash del anterior. Un cambio en cualquiera rompe la cadena. Compruébelo con: rebato case verify { $case }
report-custody-head = El diario tiene { $count } registros; el SHA-256 del último es { $hash }. Guárdelo aparte del caso: quien lo conozca puede comprobar que el diario sigue siendo el mismo.
report-unknown = Qué no se supo
report-nothing-unknown = No se registró ninguna laguna.
report-instance = Instancia
report-unread = No se pudieron leer los datos de la instancia ({ $part }): { $why }
report-address-unanswered = { $source } sobre { $ip }: { $result }
report-problem = En la alerta: { $problem }
report-remainder = { $count ->
    [one] No se muestra una fila más
   *[other] No se muestran { $count } filas más
 }; el documento del caso (JSON) las contiene todas.
report-contents = Contenido
report-skip = Ir al resumen
report-none = ninguno

## Columnas

column-time = Hora
column-sure = Precisión
column-phase = Fase
column-lane = Franja
column-event = Suceso
column-what = Qué
column-who = Quién
column-weight = Peso
column-attack = ATT&CK
column-refuted = Se refuta si
column-evidence = Evidencia
column-local = Nuestra parte
column-remote = Otra parte
column-port = Puerto
column-protocol = Protocolo
column-direction = Sentido
column-in = Entrada
column-out = Salida
column-accepted = Aceptados
column-rejected = Rechazados
column-first = Primero
column-last = Último
column-first-last = Primero, último
column-id = Id.
column-source = Fuente
column-fact = Hecho
column-record = Registro original
column-file = Archivo
column-coverage = Cobertura
column-records = Registros
column-why = Por qué
column-step = Paso
column-action = Acción
column-state = Estado
column-before = Antes
column-after = Después
column-undo = Deshacer
column-impact = Efecto
column-answer = Respuesta
column-value = Valor
column-as-of = A fecha de
column-opinion = Opinión
column-confidence = Confianza
column-check = Comprobación
column-status = Resultado
column-now = Ahora
column-controls = Controles
column-scope = Mira
column-seen-on = Visto en
column-do = Qué hacer
column-watch = Vigilancia
column-decision = Decisión
column-plan = Plan
column-until = Válido hasta
column-overrides = Autoriza
column-origin = Origen
column-size = Tamaño
column-hash = SHA-256
column-seq = N.º
column-address = Dirección
column-standing = Consideración

## Alerta e instancia

report-alert = Alerta
report-joined = Otros hallazgos del caso
alert-type = Tipo
alert-id = Id. del hallazgo
alert-severity = Gravedad
alert-count = Apariciones
alert-seen = Vista
alert-remote = Otra parte
alert-ports = Puertos de la instancia
alert-lists = Listas de amenazas
alert-process = Proceso
alert-malware = Malware
alert-instances = Instancias
alert-signals = Señales
alert-role-of = Rol de
alert-success = Intrusión si
alert-look = Mire primero
alert-scan = Análisis de malware
alert-about = Nota
alert-received = Recibida como
instance-state = Estado al leerla
instance-kind = Tipo, plataforma, imagen
instance-place = Cuenta y lugar
instance-addresses = Direcciones
instance-interfaces = Interfaces y grupos
instance-volumes = Volúmenes
instance-role = Rol
instance-role-shared = Rol compartido con
instance-scaling = Grupo de escalado
instance-tags = Etiquetas
instance-read = Leída a las
report-source-facts = Hechos
report-source-opinions = Opiniones
report-source-asked = A quién se preguntó

## Lo que rodea a la instancia

around-run-by = Lo maneja
around-owner = Dueño
around-balancers = Balanceador
around-made-of = Hecha de
around-place = Ubicación
around-subnets = Subredes
around-way-out = llega a Internet
around-no-way-out = sin puerta a Internet
around-role = Rol también
around-role-policies = Política propia
around-scaling = Escalado
remains-network = Red
remains-deeds = Historia
remains-snapshots = Instantáneas
remains-unread = Sin leer
report-remains = Lo que queda de la instancia

## Selectores e imágenes

report-switch-language = Idioma
report-language-name = Español
report-switch-scheme = Colores
report-scheme-auto = automático
report-scheme-light = claro
report-scheme-dark = oscuro
report-network = Quién habló con quién
report-no-evidence = No se reunió ninguna evidencia.
report-picture-timeline = Qué pasó y cuándo
report-legend-timeline = Un círculo es un suceso y lleva el número de su fila en la tabla; una caja con × representa otros tantos sucesos muy próximos. Debajo, la línea gruesa muestra cuánto duró algo y la fina, cuánto puede errar su reloj. La escala no es uniforme: las horas tranquilas aparecen acortadas.
report-timeline-many = { $count } sucesos, { $from } – { $until }
report-picture-network = Quién habló con quién, por puertos y bytes
report-legend-network = La flecha apunta a la parte que recibió la llamada. Cuanto más gruesa la línea, más bytes; si es discontinua, se rechazó todo. ✖ marca una dirección del hallazgo que logró pasar, ▲ otra que cita el dictamen, ✔ una que se rechazó siempre, ○ cualquier otra.
report-network-alt = { $count ->
    [one] Otra parte y la instancia,
   *[other] { $count } partes y la instancia,
 } con puertos, bytes y lo rechazado. La tabla de abajo lo cuenta con palabras.
report-network-rest = { $count ->
    [one] 1 dirección más
   *[other] { $count } direcciones más
 }
report-network-bytes = { $in } de entrada, { $out } de salida
report-network-refused = { $count ->
    [one] 1 rechazado
   *[other] { $count } rechazados
 }
report-picture-traffic = Tráfico antes y después de la contención
report-legend-traffic = Cada barra va del primer registro aceptado al último; cuanto más gruesa, más bytes. La línea discontinua marca el momento en que se comprobó la contención. A su derecha está lo que han dicho desde entonces los registros de flujo.
report-traffic-alt = Tráfico aceptado con { $count ->
    [one] otra parte
   *[other] { $count } partes
 } antes de comprobar la contención ({ $at }). Después: { $after }.
report-traffic-before = Antes
report-traffic-after = Después
report-traffic-flows = { $count ->
    [0] ningún flujo aceptado
    [one] 1 flujo aceptado
   *[other] { $count } flujos aceptados
 }
report-traffic-unknown = aún no se sabe
