### Lo que dicen los mandatos.

## La alerta

row-finding = Hallazgo
row-account = Cuenta
row-instance = Instancia
row-remote = Remota
row-action = Tráfico
row-lists = Lista
row-also = También
row-seen = Visto
row-local = Hora local
row-process = Proceso
row-malware = Malware
row-instances = Instancias
row-role-of = Rol de
row-success = Intrusión si
row-look = Mire primero
row-source = Origen
findings-left-out = { $count ->
    [one] Se dejó fuera un hallazgo que no pasa el filtro.
   *[other] Se dejaron fuera { $count } hallazgos que no pasan el filtro.
}
folder-read = { $folder }: archivos leídos: { $files }, hallazgos: { $findings }, archivos sin ninguno: { $without }.
row-now = Ahora
row-ports = puerto local { $ports }
row-blocked = bloqueado
row-not-blocked = no bloqueado
direction-unknown-long = sentido desconocido
other-family = { $family ->
    [iam] Trata de credenciales, no de una instancia: su propietario revisa las llamadas y anula la clave o la sesión. Si detrás hay un rol de instancia, abra un caso para esa instancia.
    [s3] Trata de un bucket de S3, no de una instancia: su propietario revisa quién puede leer y escribir, y los objetos nombrados.
    [kubernetes] Trata de un clúster de EKS, no de una instancia: lo atiende quien lleva el clúster. Para un solo nodo, abra un caso para la instancia del nodo.
    [ecs] Trata de un clúster de ECS, no de una instancia: quien lleva las tareas las para. Para la instancia de contenedores, abra un caso para esa instancia.
    [container] Trata de un contenedor, no de una instancia: pare el contenedor. Para el host en que funcionó, abra un caso para esa instancia.
    [lambda] Trata de una función de Lambda, no de una instancia: su propietario revisa el código y el rol.
    [rds] Trata de una base de datos, no de una instancia: su propietario revisa los inicios de sesión y cambia las contraseñas.
    [ebs_snapshot] Trata de una instantánea, no de una instancia en marcha: no la restaure y abra un caso para la instancia de la que se tomó.
    [ec2_image] Trata de una imagen, no de una instancia en marcha: no arranque nada con ella y abra un caso para cada instancia que la use.
    [recovery_point] Trata de una copia de seguridad, no de una instancia en marcha: no la restaure y abra un caso para la instancia de la que se tomó.
    [attack_sequence] Trata de un ataque a varios recursos: abra un caso para cada instancia que nombra.
   *[other] Este hallazgo trata de { $family }, no de una instancia EC2: le corresponde otro procedimiento.
 }
other-account = Atención: el hallazgo trata de la cuenta { $finding } y estas credenciales son de { $account }.
case-joined = El hallazgo { $finding } se une al caso { $case }.
case-told-again = El hallazgo { $finding } otra vez, con novedades: caso { $case }.
case-rests = El caso { $case } se trabajó hace menos de una hora y no hay novedades: así está. Se vuelve a trabajar desde las { $until }, o ahora con --again.

## Dictamen

verdict-heading = DICTAMEN
verdict-score = { $code } · { $score } puntos de 100
refuted-if = se refuta si { $what }
more-reasons = { $count ->
    [one] y una razón más, en el informe
   *[other] y { $count } razones más, en el informe
 }
what-would-change-it = Qué lo cambiaría:
coverage-said = { $coverage ->
    [ninguna] sin cobertura
   *[other] con cobertura { $coverage }
 }
checks-more = y { $count } más: { $command }
plan-whole = Cómo se deshace, permisos y efecto de cada paso: { $command }
checks-summary = fallan { $failing } de { $all } comprobaciones

## La dirección

fact-kind-asn = Número de red
fact-kind-country = País
fact-kind-network = Red
fact-kind-cloud = Nube
fact-kind-tor = Tor
fact-kind-ptr = Nombre inverso
fact-kind-abuse_contact = Contacto de abuso
fact-kind-city = Ciudad
fact-kind-anonymiser = Anonimizador
fact-kind-history = Casos anteriores
fact-kind-ptr_unconfirmed = Nombre inverso sin confirmar
fact-kind-hostname = Nombre de máquina
fact-kind-organisation = Organización
fact-kind-usage = Uso
fact-kind-ports = Puertos abiertos
fact-kind-software = Programas
fact-kind-vulnerable = Debilidades conocidas
fact-kind-behaviour = Comportamiento
fact-kind-exploits = Explota
fact-kind-malware = Programa malicioso
fact-kind-label = Etiquetas
fact-kind-registered = Registrada
fact-kind-language = Idioma
list-entry = entrada { $entry } en la línea { $line }, { $width ->
    [one] una dirección
   *[other] { $width } direcciones
 }
says-malicious = la da por maliciosa
says-suspicious = la da por sospechosa
says-benign = la da por benigna
says-unknown = no dice nada
know-nothing = No saben nada de ella: { $sources }
not-asked = No consultados, pues nadie los configuró: { $sources }
nothing-sent-out = Nada ha salido de esta máquina.
sent-out = Ha salido de esta máquina: { $what }

## Plan y ejecución

plan-wave-title = tanda { $number }
explain-title = Lo mismo con la línea de comandos de AWS:
or-command = o bien: { $command }
undo-command = Deshacer: { $command }
evidence-kept = Las pruebas están guardadas. Solo se han cambiado etiquetas.
step-needs = no se hizo el paso { $step }, que este necesita
progress-wait = esperando a { $target }
fix-well = Nada empeoró con la corrección en { $looks ->
    [one] una mirada
   *[other] { $looks } miradas
}: destinos, agente y comprobaciones de AWS siguen como antes.
fix-unwatched = Ningún destino ni agente mostraría que la corrección rompió algo: compruébelo usted.
fix-worse = Desde la corrección está peor: { $worse }.
fix-reverted = La corrección se deshizo: todo está como antes.
fix-revert-open = Deshacerla no ha terminado: vea el plan { $plan }.
fix-no-revert = La corrección no se puede deshacer. Hace falta una persona.
fix-check-pass = La comprobación { $check } ahora se cumple.
fix-check-fail = La comprobación { $check } sigue sin cumplirse: { $evidence }
fix-check-unknown = No se ha podido ver cómo queda ahora la comprobación { $check }.
no-fix-none = Rebato no tiene arreglo para { $check }.
no-fix-nothing = No hay nada que arreglar en { $check }.
no-fix-unread = Sin plan para { $check }: no se ha podido leer aquello en lo que se apoya ({ $about }).
no-fix-guest-not-asked = Sin plan para { $check }: se apoya en una mirada al sistema operativo. Repítalo con --guest.
no-fix-agent-offline = Sin plan para { $check }: Systems Manager no oye a la instancia, y nada más podría deshacer el cambio.
no-fix-log-place = Sin plan para { $check }: ningún registro de flujo de esta región dice adónde van los registros. Indique un destino en el archivo de configuración, en [harden]: flow_logs = "s3://BUCKET/CARPETA", o flow_logs = "logs://GRUPO" con flow_logs_role = "ARN del rol que puede escribir allí".
no-fix-no-key = Sin plan para { $check }: ningún usuario que pueda entrar tiene clave, así que las contraseñas son la única vía de entrada. Dé antes una clave a alguien.
no-fix-no-include = Sin plan para { $check }: sshd no incluye /etc/ssh/sshd_config.d, donde irían los ajustes. Ponga "Include /etc/ssh/sshd_config.d/*.conf" antes de todas las demás líneas de sshd_config.
no-fix-include-late = Sin plan para { $check }: sshd lee otro valor en { $about } antes de llegar a su carpeta de ajustes, y se queda con el primero. Cambie esa línea.
no-fix-not-first = Sin plan para { $check }: otro archivo de la carpeta se lee antes y lo fija, en { $about }. Cambie esa línea.
no-fix-in-match = Sin plan para { $check }: un bloque Match lo fija en { $about } y prevalece sobre lo que haya antes. Cambie esa línea.
no-fix-nothing-left = Sin plan para { $check }: todos los algoritmos de la lista son débiles. Una persona tiene que elegir otros.
no-fix-only-reboot = Sin plan para { $check }: todo está instalado y espera un reinicio. Con --reboot el plan reinicia la instancia.
no-fix-trail-group = Sin plan para { $check }: ningún registro de CloudTrail activo escribe en un grupo de CloudWatch Logs, donde un filtro pudiera contar.
no-fix-topic = Sin plan para { $check }: no se indica a quién avisaría una alarma. Indique un tema de SNS en el archivo de configuración (topic en monitor).
order-title = Lo que conviene arreglar primero, por lo que aquí habría evitado
order-way-in = Entraron por ahí ({ $about }).
order-used = Lo que vino tras la entrada se hizo con ello ({ $about }).
order-spoke = Intercambiaron datos por ahí ({ $about }).
order-comes-back = Quien estuvo dentro vuelve por ahí ({ $about }).
order-tried = Lo intentaron ({ $about }).
order-unseen = Por eso no se pudo ver entero lo que pasó ({ $about }).
order-slower = Habría hecho más lento adivinar contraseñas ({ $about }).
not-read-here = { $option } lo juzgan `rebato harden` y `rebato respond`, no esta orden.
sshd-config-of-whom = --sshd-config no dice de quién es, y hay varios casos: déselo a `rebato harden CASO`.

## Casos

head-case = Caso
head-opened = Abierto
head-instance = Instancia
head-verdict = Dictamen
head-state = Estado

## Listas

list-summary = { $format }, { $entries ->
    [one] una entrada
   *[other] { $entries } entradas
 }
list-count-ipv4 = { $count ->
    [one] una dirección
   *[other] { $count } direcciones
 }
list-count-cidr = { $count ->
    [one] una red
   *[other] { $count } redes
 }
list-count-ipv6 = { $count } de IPv6
list-count-domains = { $count ->
    [one] un dominio
   *[other] { $count } dominios
 }
list-count-hashes = { $count ->
    [one] un resumen de archivo
   *[other] { $count } resúmenes de archivo
 }
list-date = del { $date }
list-match = { $ip } está en { $entry }, línea { $line }
list-no-match = { $count ->
    [one] La dirección no está en ella.
   *[other] Ninguna de las { $count } direcciones está en ella.
 }
list-score = puntuación { $score }
list-place = { $entry } (línea { $line })
list-more = y { $count } más
list-good = No hay nada que objetar.
more-rows = y { $count } más; están en --output json
list-problem-covers_own = abarca direcciones propias:
list-problem-covers_private = abarca direcciones privadas:
list-problem-covers_reserved = abarca direcciones que nadie tiene:
list-problem-covers_resolver = abarca un servidor DNS público:
list-problem-covers_aws = abarca direcciones de AWS:
list-problem-covers_cdn = abarca una red de contenidos, con media web detrás:
list-problem-covers_cloud = abarca la red de una nube:
list-problem-too_wide = abarca muchísimas direcciones:
list-problem-not_a_guardduty_format = no es ninguno de los formatos que admite GuardDuty:
list-problem-not_plain_text = no es texto UTF-8 sin más:
list-problem-too_large = más grande de lo que admite GuardDuty, en bytes:
list-problem-too_many_entries = más entradas de las que admite GuardDuty en una lista de este tipo:
list-problem-stale = lleva más de 30 días sin renovarse, desde
list-problem-ipv6_not_supported = IPv6, que GuardDuty pasa por alto:
list-problem-domain_not_supported = dominios, que una lista de este tipo no admite:
list-problem-hash_not_supported = resúmenes de archivo que una lista de este tipo no admite:
list-problem-form_not_supported = ni una dirección sola ni un CIDR:
list-problem-header_line = la cabecera de una columna; líneas así:
list-problem-trailing_text = algo más que la entrada en su línea; líneas así:
list-problem-comment_lines = comentarios; líneas así:
list-problem-host_bits = una red que no empieza por su primera dirección:
list-problem-duplicate = está dos veces:
list-problem-covered = lo abarcan otras entradas:
list-problem-not_an_indicator = no es dirección, red, dominio ni resumen:
list-problem-leading_zeros = ceros a la izquierda, que algunos leen en octal:
list-problem-bad_prefix = una red con prefijo erróneo:
list-problem-reversed_range = un rango que acaba antes de empezar:
list-problem-unsupported_type = un tipo de entrada que no se usa:
list-problem-unsupported_condition = una condición que no se usa:
list-problem-revoked = retirado por su fuente:
list-problem-malformed_xml = XML ilegible:
list-problem-malformed_json = JSON ilegible:
list-advice-covers_own = Quítelas: cada conexión entre sus propias máquinas sería un hallazgo.
list-advice-covers_private = Quítelas: GuardDuty nunca las compara, pero sí cualquier otra herramienta que use la lista.
list-advice-covers_reserved = Quítelas: nadie las usa en Internet.
list-advice-covers_resolver = Quítelo: cada nombre que se le consulte sería un hallazgo.
list-advice-covers_aws = Acótelas a las direcciones que se quieren señalar: sus propias llamadas a AWS también van ahí.
list-advice-covers_cdn = Quítela y ponga el dominio en una lista de entidades: muchos sitios comparten estas direcciones.
list-advice-covers_cloud = Acótela a las direcciones que se quieren señalar: pasan de un cliente a otro.
list-advice-too_wide = Acótela: entre tantas direcciones, una coincidencia no dice casi nada de una sola.
list-advice-not_a_guardduty_format = Escriba una dirección o un CIDR por línea y súbalo como TXT.
list-advice-not_plain_text = Guárdela como texto UTF-8 sin marca de orden de bytes y sin comprimir.
list-advice-too_large = Divídala: GuardDuty admite archivos de hasta 35 MB.
list-advice-too_many_entries = Divídala o junte las vecinas en redes: 250.000 entradas en una lista de amenazas de IP, 2.000 en una de IP de confianza y 1.000 en una de entidades.
list-advice-stale = Vuelva a descargarla: las direcciones cambian de manos en semanas.
list-advice-ipv6_not_supported = Ahí ni dañan ni sirven: no cuente con ellas.
list-advice-domain_not_supported = Póngalos en una lista de entidades.
list-advice-hash_not_supported = Los SHA-256 van en una lista de entidades de amenazas; los demás, en ninguna.
list-advice-form_not_supported = Escriba la dirección sola, y un rango como los CIDR que lo componen.
list-advice-header_line = Quite la línea: GuardDuty documenta una entrada por línea y nada más.
list-advice-trailing_text = Deje la entrada sola en su línea: GuardDuty no documenta nada detrás.
list-advice-comment_lines = Quítelos antes de subirla: GuardDuty no documenta comentarios.
list-advice-host_bits = Compruebe qué se quería decir: abarca toda la red, no solo la dirección.
list-advice-duplicate = Una de ellas sobra; las dos cuentan para el límite.
list-advice-covered = Sobran, y cuentan para el límite.
list-advice-problem = Nadie lee estas líneas: corríjalas o quítelas.

## Ficheros de datos sobre direcciones

intel-kind-networks = redes de nubes y servicios
intel-kind-table = tabla de lugares o sistemas autónomos
intel-kind-mmdb = base de datos
intel-kind-tor = repetidores de Tor
intel-kind-asndrop = sistemas autónomos en malas manos
intel-kind-registries = registros de redes
intel-kind-list = lista
intel-own = parte del programa
intel-entries = { $count ->
    [one] una entrada
   *[other] { $count } entradas
 }
intel-age = del { $date }, { $days ->
    [0] de hoy
    [one] de hace un día
   *[other] de hace { $days } días
 }
intel-stale = caducado
intel-bad = { $count ->
    [one] una entrada no se pudo leer
   *[other] { $count } entradas no se pudieron leer
 }
intel-problem-unreadable = no se puede leer
intel-problem-too_large = demasiado grande
intel-problem-damaged = dañado
intel-problem-unknown_format = no son datos de un tipo conocido
intel-problem-purpose_unknown = una lista cuyo nombre no dice para qué sirve: ponga en el nombre tor, drop, threat, trusted o scanners
intel-none = No hay archivos de datos en { $dir }. Los gratuitos se descargan con: rebato intel update
intel-result-new = nuevo
intel-result-changed = cambiado
intel-result-unchanged = sin cambios
intel-result-recent = consultado hace poco
intel-result-failed = ha fallado
intel-kept = queda el archivo anterior
intel-result-not_configured = no tiene dirección fija: indíquela en la configuración
intel-before = antes: { $count ->
    [one] una entrada
   *[other] { $count } entradas
 }, del { $date }

## Registros

logs-read = { $records ->
    [one] Un registro
   *[other] { $records } registros
 }, { $matched ->
    [one] uno coincide
   *[other] { $matched } coinciden
 }
gap-more_files = { $count ->
    [one] tampoco se pudo leer otro archivo
   *[other] tampoco se pudieron leer otros { $count } archivos
 }
evidence-less = El dictamen se apoya ahora en menos que antes: esta vez sin { $sources }. Entregue los mismos registros para conservar lo que mostraban.
logs-lines = { $records ->
    [one] Una línea leída
   *[other] { $records } líneas leídas
 }
more-skipped = Se dejaron fuera { $count } archivos más; --output json los nombra
logs-skipped = sin leer: { $file }: { $why }
head-local = Local
head-remote = Remota
head-port = Puerto
head-action = Acción
head-bytes = Bytes
head-flows = Flujos
head-event = Evento
head-service = Servicio
head-error = Error
head-count = Veces
head-failed = Fallidos
head-accepted = Aceptados
head-users = Usuarios
threat-hit = { $ip } está en { $list } ({ $entry }): aceptados: { $accepted }, rechazados: { $rejected }

## Alrededor

config-none = No hay archivo de configuración.
config-file = De { $file }
doctor-state = Carpeta de estado:
doctor-account = Cuenta de AWS:
doctor-guardduty = Se pueden leer los hallazgos de GuardDuty.
doctor-lists = Listas de amenazas y de confianza:
doctor-offline = Sin conexión: no se preguntó a AWS.

## El laboratorio

lab-title = rebato lab { $scenario }
lab-alert = GuardDuty ha dado su alerta. Rebato la lee como en una cuenta real.
lab-serving = La cuenta simulada está en { $endpoint }. Dé las líneas de arriba a su intérprete de órdenes; Ctrl-C la termina.
lab-flows = { $minutes } minutos después: { $flows ->
    [0] los atacantes siguieron intentándolo y no se aceptó nada
    [one] se aceptó un flujo de los atacantes
   *[other] se aceptaron { $flows } flujos de los atacantes
 }
lab-not-contained = No hubo intrusión, así que no se ha contenido nada.
lab-entry-at-fault = La entrada culpable: { $list } abarca { $ip } ({ $entry })
lab-truth = Lo que pasó de verdad: { $happened }. Lo que permiten sus registros: { $truth }. Rebato dijo: { $said }.
happened-breach = una intrusión
happened-attempt = un intento
happened-nothing = nada malo
lab-trips = Idas y vueltas desde la alerta hasta la última llamada que corta la red: { $warm } si los grupos de Rebato ya existen, { $cold } la primera vez en una VPC
lab-rehearsed = { $times } contenciones desde la aprobación hasta la última llamada que corta la red: como mucho { $trips } idas y vueltas y { $calls } llamadas; de ese tiempo, el propio Rebato empleó { $median } ms (mediana) y { $p99 } ms (percentil 99)
lab-files = Escritos: { $files }
monitor-changed = Desde { $at }: { $what }
monitor-due = Vence { $at }: { $what }
monitor-reopened = El caso vuelve a estar abierto: { $watch }.
monitor-all-quiet = { $id } · { $state } · sin novedad
monitor-all-done = { $cases ->
    [one] Se revisó { $cases } caso
   *[other] Se revisaron { $cases } casos
}: { $tripped } con algo que ocurrió, { $unknown } con algo que no se pudo ver, { $ready } se pueden cerrar.
monitor-nothing = No hay casos abiertos ni cerrados hace tan poco que aún se vigilen.
monitor-next = Próxima revisión a las { $at }. Ctrl-C la termina.
story-breach = Adivinan una contraseña de SSH desde una dirección de la lista; el intruso trabaja en una sesión, la instancia llama a casa y su rol se usa desde fuera.
story-attempt = Una dirección de la lista explora la instancia y prueba contraseñas; nada la deja entrar.
story-false-positive = Una entrada descuidada y demasiado ancha de la lista abarca la dirección de un socio de pagos.
story-breach-scaled = La misma intrusión en una instancia de un grupo de escalado tras un balanceador.
story-web-exploit = Una dirección de la lista hace que el servidor web ejecute órdenes con una sola petición; nadie inicia sesión, y desde entonces la instancia llama a casa.
story-stolen-role = Una petición falsificada hace que el servidor web entregue las credenciales de su rol, y una dirección de la lista las usa desde fuera; nadie inicia sesión.
story-callback = Un paquete que alguien instaló trae un programa que llama a una dirección de la lista; desde allí no había llegado nada.
story-exfiltration = Adivinan una contraseña de SSH desde una dirección que no está en ninguna lista, y un archivo grande sale hacia otra que sí lo está.
story-ipv6-breach = Quien adivina una contraseña de SSH solo llega por IPv6; GuardDuty ve los intentos por sí mismo, sin lista alguna.
story-second-interface = Adivinan una contraseña de SSH en la segunda dirección de la tercera interfaz, mientras todo lo demás habla por la primera.
story-runtime-finding = Una dirección de la lista hace que el servidor web abra una consola, y el agente de GuardDuty dentro de la instancia lo ve.
story-no-auth-log = Una dirección de la lista adivina una contraseña y trabaja en una sesión, y nadie recoge los registros de inicio de sesión de la instancia.
story-no-cloudtrail = Hacen que el servidor web abra una conexión larga hacia una dirección de la lista, y quien responde no puede leer CloudTrail.
story-closed-port = Una dirección de la lista llama a puertos que el grupo de seguridad abre y en los que nada escucha.
story-crawler = Una dirección de la lista lee todo el sitio público, en un puerto poco común y durante una hora, y se demora en el puerto de SSH; obtiene lo que obtiene cualquiera.
story-acl-stops-answers = Los paquetes de una dirección de la lista entran, y la ACL de red detiene cada respuesta al salir.
story-refused-by-group = Una dirección de la lista llama a muchos puertos y los grupos de seguridad no le abren ninguno.
story-refused-by-acl = La ACL de red rechaza a una dirección de la lista antes de que llegue a ningún grupo de seguridad.
story-list-error = Alguien puso en la lista la red entera de un proveedor y, con ella, el espejo del que la instancia obtiene sus actualizaciones.
story-heartbeat = Un agente informa a su fabricante a intervalos exactos, y una entrada descuidada y ancha de la lista abarca al fabricante: solo por los registros, parece una baliza.
story-no-flow-logs = Una dirección de la lista prueba contraseñas y falla, en una cuenta que no escribe registros de flujo.
story-gaps-in-flow-logs = Una dirección de la lista prueba contraseñas y falla, mientras AWS omite registros de flujo de vez en cuando y lo dice.
story-behind-balancer = Una dirección de la lista pide a la tienda lo que no debe dar, a través del balanceador: los registros de flujo de la instancia nunca muestran esa dirección.
story-fortress = Un miembro comprometido de un grupo de escalado en su tamaño mínimo, con tres interfaces, dos IP elásticas, cuatro volúmenes, IPv6 y protección contra la detención: todo lo que se puede olvidar al aislar.

## Contain: policy, permissions, custody, proof

plan-permits = comprobación de permisos: { $ok } de { $all } correctos{ $unknown ->
    [0] {""}
   *[other] , { $unknown } sin saber
 }
plan-permit-denied = no tiene permiso para { $permission } (pasos { $steps }): { $why }
profile-refused = el perfil { $name } es peligroso y no se usa:
approved-by-policy = La política aprueba el plan por sí sola ({ $rules }).
approved-first = { $by } ha aprobado el plan { $digest }. La política pide una segunda persona.
exported = El caso { $case }, con { $files } archivos, está en { $out }. Compruébelo donde quiera: { $command }
export-stored = { $place } contiene el caso { $case }: { $sent } archivos enviados, { $there } ya estaban, cada uno releído. { $lock ->
    [compliance] Nadie puede borrarlos ni cambiarlos antes de { $until }.
   *[other] Solo quien pueda eludir el modo de gobernanza puede borrarlos antes de { $until }.
 }
export-unseen = Enviado, pero al releerlo no estaba como se pidió: { $names }. La copia no está demostrada: repita la orden.
export-compliance-ask = El modo de conformidad no se puede deshacer: durante { $days } días nadie puede borrar estos objetos ni acortar el plazo, ni usted, ni el usuario raíz de la cuenta, ni AWS, y cuestan dinero hasta entonces. Escriba el nombre del bucket para continuar ({ $bucket }):
export-compliance-no-terminal = El modo de conformidad no se puede deshacer: durante { $days } días nadie puede borrar estos objetos ni acortar el plazo. No hay terminal en el que preguntar, así que no se envió nada. Si es lo que quiere, diga --accept irreversible.
folder-good = { $folder }: caso { $case }, { $events } eventos, { $evidence } evidencias: todo está como se escribió.
folder-key-own = La clave viene de la propia carpeta. Quien lo cambiara todo podría haber firmado de nuevo: compárela con --key ARCHIVO.
folder-bad = { $folder }: { $what }
wait-verify = Observando los registros de flujo hasta que una ventana entera no muestre nada aceptado. Ctrl-C termina la observación, no la contención.
wait-over = Los registros de flujo no llegaron lo bastante lejos en { $minutes } minutos. { $command } vuelve a mirar.
wait-leak = { $count } flujos aceptados desde la contención, con { $peers }: hay una fuga. Lo que la cerraría:
wait-leak-nothing = Todo lo que Rebato puede hacer contra ella ya está hecho. Debe mirarlo una persona: AWS Support ve lo que los registros de flujo no muestran.
several-done = { $done } de { $all } casos terminaron bien.
mend-hint = Si no deben volver hallazgos como este sobre { $ip }, un plan se ocupa; nada ocurre sin aprobación:
mend-which = El caso tiene varias direcciones; indica una con --address: { $ips }
mend-done = Enmendado. Para deshacerlo: { $command }
mend-undone = Todo está como antes.
mend-open = No está hecho todo; pasos: { $open }
no-mend-list = Ninguna lista de amenazas que Rebato pueda leer dio este hallazgo.
no-mend-not_listed = La lista ya no tiene { $ip }. Puede que GuardDuty aún no la haya leído de nuevo.
no-mend-inactive = La lista no está activa en GuardDuty. Activarla es una decisión aparte.
no-mend-format = Una lista en este formato no se edita por regla; ha de hacerlo una persona. El texto sin formato y los CSV sí.
no-mend-unclear = La línea con { $ip } dice más que esa entrada; ha de editarla una persona.
no-mend-too_many = Sacar { $ip } pediría demasiadas líneas: el error es el rango entero, y ha de sacarlo una persona.
no-mend-text = La lista no es texto UTF-8; ha de editarla una persona.
no-mend-full = En la lista no caben las líneas que harían falta.
no-mend-trusted_list = No hay lista de confianza en esta región. La crea quien administra GuardDuty (CreateTrustedEntitySet); Rebato nunca lo hace. Sacar la dirección de la lista de amenazas es más preciso: --mend edit
no-mend-trusted = { $ip } ya está en la lista de confianza.
no-mend-kind = Una regla de supresión no puede nombrar esta dirección: los criterios de GuardDuty no tienen campo para ella.
no-mend-undone = En este caso no hay nada enmendado que siga en pie.
