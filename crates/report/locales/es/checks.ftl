### Qué hay que fortalecer, qué se vigila y qué impide cerrar.

## Comprobaciones: lo que es cierto cuando se superan

check-open-admin-ports = Los puertos de administración están cerrados a Internet
check-imdsv2 = Los metadatos de la instancia exigen IMDSv2
check-flow-logs = Los registros de flujo de la VPC recogen todo el tráfico
check-ssm-managed = Systems Manager gestiona la instancia
check-cloudtrail = CloudTrail registra y protege sus archivos
check-ebs-encryption = Los volúmenes conectados están cifrados
check-ebs-encryption-default = Los volúmenes de EBS nuevos se cifran de forma predeterminada
check-open-risky-ports = Las bases de datos, las consolas y los servicios de archivos están cerrados a Internet
check-imds-hop-limit = Las respuestas del servicio de metadatos no salen de la instancia
check-role-too-wide = El rol de la instancia no permite servicios enteros
check-launch-template = La plantilla de lanzamiento no crea instancias débiles
check-key-pair = El par de claves es reciente y abre solo esta instancia
check-public-address = La instancia no tiene dirección pública
check-source-dest-check = La instancia no puede reenviar tráfico ajeno
check-several-interfaces = La instancia está en un solo punto de la red
check-backups = Cada volumen tiene una copia de seguridad de los últimos días
check-detailed-monitoring = Las métricas llegan cada minuto
check-default-group = El grupo de seguridad predeterminado no deja pasar nada
check-network-acls = Las ACL de red impiden llegar desde Internet a SSH y al escritorio remoto
check-guardduty = GuardDuty vigila todas las regiones con todo lo que ofrece para EC2
check-alarms = Alguien recibe aviso cuando cambian las defensas
check-public-snapshots = Ninguna instantánea es pública y la región lo prohíbe

## Qué miran

check-scope-instance = Instancia
check-scope-guest = Sistema operativo
check-scope-network = Red
check-scope-account = Cuenta

## Qué está mal cuando fallan y por qué importa

risk-open-admin-ports = Cualquiera en Internet puede probar contraseñas, claves y fallos conocidos contra un puerto de administración. La mayoría de las intrusiones empiezan ahí.
risk-imdsv2 = El servicio de metadatos entrega las credenciales del rol a cualquier petición que le llegue. Basta una petición falsificada a través de una aplicación web para robarlas.
risk-ssm-managed = Systems Manager no llega a la instancia: las pruebas, los parches y los ajustes del sistema solo se alcanzan por un puerto abierto.
risk-flow-logs = El tráfico no queda anotado en la forma que necesita una evaluación. Tras una intrusión nadie puede decir quién se conectó, quién respondió y cuánto salió.
risk-cloudtrail = Ningún registro de seguimiento tiene todo lo necesario: todas las regiones, lecturas y cambios, prueba contra manipulación, una clave propia y un grupo de registros para las alarmas. Lo que un intruso haga con credenciales robadas puede no dejar rastro.
risk-ebs-encryption = Quien consiga una copia de un volumen sin cifrar, o de su instantánea, puede leerla, y no hay clave que retirarle.
risk-ebs-encryption-default = Un volumen nuevo queda sin cifrar si nadie se acuerda.
risk-open-risky-ports = Cualquiera en Internet llega a servicios pensados para una red de confianza. Las bases de datos y las consolas sin contraseña se encuentran en cuestión de horas.
risk-imds-hop-limit = También llegan al servicio de metadatos los contenedores y las peticiones reenviadas en la instancia, y con él a las credenciales del rol. Los contenedores con red propia pueden necesitarlo.
risk-role-too-wide = Quien entra en la instancia tiene las credenciales de su rol, que abren servicios enteros de la cuenta. La intrusión en una máquina pasa a ser de todas.
risk-launch-template = Lo que se arregla en esta instancia vuelve con la siguiente: el grupo de escalado la crea con la misma plantilla.
risk-key-pair = Una clave que lleva mucho tiempo en uso, o que abre otras máquinas, ha pasado por muchas manos. Quien la robó aquí puede usarla allí.
risk-public-address = Se puede llegar a la instancia directamente desde Internet: solo la protegen sus grupos y las ACL de red.
risk-source-dest-check = La instancia puede enviar y recibir paquetes con direcciones ajenas. Un intruso puede usarla como enrutador hacia la red.
risk-several-interfaces = La instancia está en varios puntos de la red: cada uno es una entrada y un paso de uno a otro.
risk-backups = No hay nada a lo que volver: si un intruso borra o cifra los datos, se pierden.
risk-detailed-monitoring = Las métricas llegan cada cinco minutos: una ráfaga corta de tráfico se pierde en ellas y las alarmas llegan tarde.
risk-default-group = Todo lo que se inicia sin nombrar un grupo recibe este, y con él todo lo que deja pasar.
risk-network-acls = La ACL de red permite probar SSH o el escritorio remoto desde Internet: solo quedan los grupos de seguridad, y un error en ellos abre la subred.
risk-guardduty = Los intrusos van adonde nadie mira: a regiones sin GuardDuty y a máquinas cuyos discos y procesos no ve.
risk-alarms = Un intruso abre un grupo, detiene un registro de seguimiento o usa el usuario raíz, y nadie se entera hasta que el daño está hecho.
risk-public-snapshots = Cualquiera con una cuenta de AWS puede copiar una instantánea pública y leer el disco. Nada en esta región impide que una se haga pública por error.

## Qué hacer cuando fallan

fix-open-admin-ports = Quitar las reglas que abren SSH, RDP y otros puertos de administración a todo Internet; usar Session Manager o un rango conocido.
fix-imdsv2 = Exigir IMDSv2. Los programas que aún piden sin token dejarán de obtener credenciales: el recuento de esas llamadas dice si los hay.
fix-flow-logs = Activar los registros de flujo para el tráfico aceptado y el rechazado, con indicadores TCP y sentido.
fix-ssm-managed = Instalar el agente de SSM y dar a la instancia un rol y un camino hasta el servicio.
fix-cloudtrail = Mantener un registro de seguimiento para todas las regiones, con eventos de administración, validación de archivos, una clave de KMS y un grupo de registros de CloudWatch.
fix-ebs-encryption = Hacer una copia cifrada de la instantánea del volumen, crear con ella un volumen y cambiarlos con la instancia detenida.
fix-ebs-encryption-default = Activar el cifrado predeterminado en esta región. Los volúmenes que ya existen quedan como están.
fix-open-risky-ports = Quitar las reglas abiertas y dejar entrar solo a los grupos o rangos que usan el servicio.
fix-imds-hop-limit = Fijar el límite de saltos en 1 si ningún contenedor necesita el servicio de metadatos.
fix-role-too-wide = Dar al rol solo las acciones y los recursos que usan sus programas. CloudTrail e IAM Access Analyzer saben cuáles.
fix-launch-template = Crear una versión nueva de la plantilla con IMDSv2, cifrado y grupos cerrados, y hacerla la predeterminada.
fix-key-pair = Poner una clave nueva en las claves autorizadas de la máquina y quitar la antigua. Borrar el par de claves en EC2 no la quita de ninguna máquina.
fix-public-address = Poner la instancia detrás de un balanceador, o llegar a ella con Session Manager, y quitarle la dirección pública.
fix-source-dest-check = Activar la comprobación, salvo que la instancia sea un enrutador, una instancia NAT o un dispositivo de red.
fix-several-interfaces = Nada, si es lo previsto: al contener, hay que contener todas las interfaces, no solo la primera.
fix-backups = Incluir los volúmenes en un plan de copias con al menos una al día, en un almacén que un intruso con el rol no pueda borrar.
fix-detailed-monitoring = Activar la supervisión detallada. Tiene un pequeño coste por métrica.
fix-default-group = Dar un grupo propio a lo que usa este, y después quitar todas las reglas del grupo predeterminado.
fix-network-acls = Denegar los puertos 22 y 3389 desde todo Internet antes de la entrada que lo permite todo, cuando nadie dependa de ellos.
fix-guardduty = Activar GuardDuty en las regiones nombradas, con protección contra malware y supervisión en tiempo de ejecución para EC2. Cada una se paga por uso.
fix-alarms = Crear los filtros de métricas en el grupo de registros del registro de seguimiento, y alarmas sobre ellos que avisen a alguien.
fix-public-snapshots = Quitar el permiso para todos y bloquear las instantáneas públicas nuevas en esta región.

## Qué clase de arreglo es

fix-class-auto = se puede arreglar sin riesgo
fix-class-propose = requiere su decisión
fix-class-manual = trabajo para personas
fix-class-info = conviene saberlo

status-pass = correcto
status-fail = falla
status-unknown = no se pudo ver

## Vigilancia

watch-finding-again = Actividad nueva en GuardDuty
watch-elsewhere = La dirección en otros recursos
watch-neighbours = Hallazgos sobre vecinas{ $neighbours ->
    [0] {""}
    [one] {" "}({ $neighbours } máquina comparte grupo, imagen, clave o rol)
    [other] {" "}({ $neighbours } máquinas comparten grupo, imagen, clave o rol)
   *[unknown] {""}
}
watch-role-use = Llamadas del rol denegado
watch-accepted-flows = Tráfico aceptado desde la contención
watch-drift = Cambios en lo que fijó la contención
watch-hardening = Lo que se cerró sigue cerrado
watch-evidence = Instantáneas guardadas como evidencia
watch-logging = Registro de actividad
watch-lists = La lista de amenazas que originó el caso
watch-status-quiet = sin novedad
watch-status-tripped = ocurrió
watch-status-unknown = no se pudo ver

## Qué impide cerrar

close-containment-not-verified = Los registros de flujo no han verificado la contención.
close-checks-failing = Hay comprobaciones que fallan y nadie ha decidido sobre ellas.
close-plan-open = Un plan espera decisión o no está terminado.
close-watch-tripped = Una vigilancia señala actividad.
close-watch-unknown = Una vigilancia no se pudo leer.
close-verdict-open = El dictamen no es concluyente.
close-observation-time = No ha transcurrido el tiempo de observación.

## Plazos de la ley: fechas que mirar, no consejo

clock-nis2-warning = NIS2, alerta temprana (24 horas)
clock-dora-initial = DORA, notificación inicial (24 horas)
clock-gdpr-authority = RGPD, autoridad de control (72 horas)
clock-nis2-notification = NIS2, notificación del incidente (72 horas)
clock-nis2-final = NIS2, informe final (un mes después de la notificación)
clocks-title = Si la ley le afecta, estos plazos corren desde que se conoció la intrusión. Si le afecta o no, es cosa de sus abogados.
due-observation = acaba el tiempo de observación
due-approval = caduca una aprobación

## Por qué algo no se pudo ver

why-contained = la instancia está contenida: no lleva sus propios grupos
why-not-running = la instancia no está en ejecución
why-not-read = no se leyó
why-findings-not-read = no se leyeron los hallazgos de GuardDuty
why-neighbours-not-read = no se leyó quién comparte grupo, imagen, clave o rol
why-lists-not-read = no se leyeron las listas de amenazas
why-trail-has-gaps = CloudTrail tiene huecos
why-subject-not-read = no se leyó la instancia
why-part-not-read = no se leyó una parte de la instancia
why-posture-not-read = no se leyó la configuración
why-no-flow-logs = no hay registros de flujo
why-no-trail = no hay registro de seguimiento de CloudTrail
why-flow-logs-have-gaps = los registros de flujo tienen huecos
why-flow-logs-not-there-yet = aún no han llegado los registros de flujo posteriores a la contención
why-trail-not-there-yet = aún no ha llegado lo que CloudTrail registra desde la contención

## Por qué se considera así una dirección

standing-reason-listed-though-not-public = figura en una lista aunque no es una dirección pública
standing-reason-scope-not-public = no es una dirección pública
standing-reason-stale = demasiado antiguo para contar
standing-reason-weak = demasiado inseguro para contar
standing-reason-known-service = servicio conocido
standing-reason-scans-everybody = escanea a todo el mundo
standing-reason-anonymiser = oculta a quien está detrás
standing-reason-sources-not-independent = las fuentes se copian entre sí
standing-reason-one-source = una sola fuente
standing-reason-others-silent = otras fuentes no saben nada de ella
standing-reason-independent-sources = coinciden fuentes independientes
standing-reason-contradiction = las fuentes se contradicen
standing-reason-nothing-known = no se sabe nada

## Una queja a la red detrás de una dirección, en el idioma de su contacto

abuse-subject = Notificación de abuso: tráfico desde { $ip }
abuse-greeting = Hola:
abuse-what = hemos visto el siguiente tráfico con { $ip }, una dirección de su red. Todas las horas son UTC; las cifras son registros de flujo.
abuse-what-against = hemos visto el siguiente tráfico entre { $ip }, una dirección de su red, y la nuestra { $ours }. Todas las horas son UTC; las cifras son registros de flujo.
abuse-row-in = { $first } a { $last }: a nuestro puerto { $port }/{ $protocol }, { $accepted } aceptados, { $rejected } rechazados
abuse-row-out = { $first } a { $last }: desde nuestro lado a su puerto { $port }/{ $protocol }, { $accepted } aceptados, { $rejected } rechazados
abuse-logins-failed = { $first } a { $last }: { $count } inicios de sesión fallidos
abuse-logins-accepted = Inicios de sesión aceptados: { $count }. No eran nuestros.
abuse-ask = Les pedimos que lo revisen y lo detengan. Si la máquina detrás de la dirección es también una víctima, su dueño debería saberlo. Conservamos los registros y podemos aportar más si lo piden.
abuse-close = Gracias.
abuse-unsent = No se ha enviado nada. El texto nombra sus direcciones públicas y nada más de lo suyo: léalo, fírmelo y envíelo usted si quiere.
abuse-no-contact = No se conoce ningún contacto de abuso para { $ip }: «rebato investigate { $case } --network» pregunta al registro.
abuse-nothing = El caso no tiene nada de { $ip } por lo que quejarse: no se vio tráfico ni inicio de sesión, o no es una dirección pública.
