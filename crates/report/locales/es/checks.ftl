### Qué hay que fortalecer, qué se vigila y qué impide cerrar.

## Comprobaciones: lo que es cierto cuando se superan

check-open-admin-ports = Los puertos de administración están cerrados a Internet
check-imdsv2 = Los metadatos de la instancia exigen IMDSv2
check-flow-logs = Los registros de flujo de la VPC recogen todo el tráfico
check-ssm-managed = Systems Manager gestiona la instancia
check-cloudtrail = CloudTrail registra y protege sus archivos
check-ebs-encryption = Los volúmenes conectados están cifrados
check-ebs-encryption-default = Los volúmenes de EBS nuevos se cifran de forma predeterminada

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

## Qué hacer cuando fallan

fix-open-admin-ports = Quitar las reglas que abren SSH, RDP y otros puertos de administración a todo Internet; usar Session Manager o un rango conocido.
fix-imdsv2 = Exigir IMDSv2, para que una petición falsificada no obtenga las credenciales del rol.
fix-flow-logs = Activar los registros de flujo para el tráfico aceptado y el rechazado, con indicadores TCP y sentido.
fix-ssm-managed = Instalar y conectar el agente de SSM: sin él solo se llega a la máquina por la red.
fix-cloudtrail = Mantener un registro de seguimiento para todas las regiones, con eventos de administración, validación de archivos, una clave de KMS y un grupo de registros de CloudWatch.
fix-ebs-encryption = Hacer una copia cifrada de la instantánea del volumen, crear con ella un volumen y cambiarlos con la instancia detenida.
fix-ebs-encryption-default = Activar el cifrado predeterminado en esta región. Los volúmenes que ya existen quedan como están.

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
watch-accepted-flows = Tráfico aceptado desde la contención
watch-drift = Cambios en lo que fijó la contención
watch-logging = Registro de actividad
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

## Por qué algo no se pudo ver

why-contained = la instancia está contenida: no lleva sus propios grupos
why-not-running = la instancia no está en ejecución
why-not-read = no se leyó
why-findings-not-read = no se leyeron los hallazgos de GuardDuty
why-subject-not-read = no se leyó la instancia
why-part-not-read = no se leyó una parte de la instancia
why-posture-not-read = no se leyó la configuración
why-no-flow-logs = no hay registros de flujo
why-no-trail = no hay registro de seguimiento de CloudTrail
why-flow-logs-have-gaps = los registros de flujo tienen huecos
why-flow-logs-not-there-yet = aún no han llegado los registros de flujo posteriores a la contención

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
