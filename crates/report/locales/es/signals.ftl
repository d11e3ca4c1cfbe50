### Por qué el dictamen es el que es. Cada señal es una frase que se entiende por sí sola.

signal-all-rejected = Se rechazó todo entre { $ip } y la instancia ({ $flows ->
    [one] un registro de flujo
   *[other] { $flows } registros de flujo
 }, puertos { $ports }).
signal-finding-blocked = GuardDuty indica que EC2 bloqueó la última conexión que vio.
signal-closed-port = Llegaron paquetes de { $ip } a los puertos { $ports } y allí no respondió nada.
signal-scan = { $ip } llamó a { $ports ->
    [one] un puerto
   *[other] { $ports } puertos
 } de { $hosts ->
    [one] una dirección
   *[other] { $hosts } direcciones
 }: el ruido habitual de Internet.
signal-only-failures = { $count ->
    [one] Un intento de inicio de sesión
   *[other] { $count } intentos de inicio de sesión
 } desde { $ip }, todos fallidos.
signal-list-entry-too-wide = La entrada { $entry } abarca { $width } direcciones; el tráfico con { $ip } es corriente y conocido desde hace tiempo. El error está probablemente en la lista { $list }.
signal-handshake = La instancia respondió a { $ip } en el puerto { $ports }: allí escucha algo.
signal-session = Hubo datos en ambos sentidos con { $ip } en el puerto { $ports }: hasta { $bytes } de salida en { $seconds }.
signal-interactive-login-like = Una sesión de { $seconds } desde { $ip } en el puerto de administración { $ports }, con { $bytes } de respuesta: más de lo que ocupa una contraseña rechazada.
signal-callback = La instancia llamó a { $ip } en el puerto { $ports } y obtuvo respuesta.
signal-callback-and-beacon = La instancia llama a { $ip } en el puerto { $ports } una y otra vez a intervalos regulares: así se ve un control remoto.
signal-callback-elsewhere = Después del primer contacto, la instancia abrió una conexión larga a { $ip } en el puerto inusual { $ports }.
signal-exfil-like = La instancia envió { $bytes } a { $ip }{ $known ->
    [0] { "" }
   *[other] {" "}por el puerto { $ports }
 }.
signal-beacon = { $connects ->
    [one] Una conexión regular
   *[other] { $connects } conexiones regulares
 } a { $ip } en el puerto { $ports }, una cada { $interval } s.
signal-amplification = La instancia responde a { $ip } en el puerto { $ports } con mucho más de lo que se le pide: puede servir para inundar a terceros.
signal-first-contact-ours = La primera conexión con { $ip } la inició la instancia, el { $at }.
signal-outbound-direction = GuardDuty indica que empezó la instancia: se dirigió a { $ip }.
signal-login-accepted = { $user } inició sesión desde { $ip } ({ $method }) el { $at }.
signal-login-after-failures = { $user } inició sesión desde { $ip } el { $at }, después de { $failures ->
    [one] un fallo
   *[other] { $failures } fallos
 } en diez minutos: probablemente se adivinó la contraseña.
signal-host-change = Después del primer contacto con una dirección sospechosa se modificó el propio sistema ({ $change }: { $about }), por primera vez el { $at }.
signal-dns-generated-names = La instancia preguntó por { $count } nombres que nadie ha registrado y que parecen sacados al azar ({ $domains }): así busca un programa a quien lo dirige.
signal-dns-tunnel = Se preguntó por { $names } nombres distintos bajo { $domain }, el más largo { $longest }: por esa vía se pueden sacar datos.
signal-dns-mining-pool = La instancia preguntó por un grupo de minería de criptomonedas: { $domain }.
signal-dns-firewall = { $count ->
    [one] Una consulta DNS bajo { $domain } coincidió
   *[other] { $count } consultas DNS bajo { $domain } coincidieron
 } con una regla del cortafuegos de DNS de la cuenta.
signal-dns-led-to-suspect = El nombre { $domain }, por el que preguntó la instancia, llevaba a { $ip }, el { $at }.
signal-role-used-elsewhere = Las credenciales del rol de la instancia se usaron desde { $ip }, que no es la instancia: fueron robadas. Llamadas: { $events }.
signal-recon-burst = Con el rol de la instancia o desde una dirección sospechosa ({ $ip }), alguien exploró la cuenta: { $events }; denegadas: { $refused }.
signal-persistence-call = Se crearon o ampliaron accesos desde { $ip }: { $events }.
signal-persistence-refused = Se denegó un intento de crear o ampliar accesos desde { $ip }: { $events }.
signal-resources-created = Se crearon recursos desde { $ip }: { $events }.
signal-opened-to-world = Se abrió o compartió algo desde { $ip }: { $events } ({ $detail }).
signal-log-tampering = Se desactivaron o debilitaron registros o detecciones desde { $ip }: { $events }.
signal-attempts-refused = Se denegaron o fallaron intentos desde { $ip } de ocultar, destruir, abrir o extraer algo en la cuenta: { $events }.
signal-network-changed = Se cambiaron rutas o barreras de la red desde { $ip }: { $events }.
signal-console-login = Alguien entró en la consola desde { $ip } ({ $principal }; { $detail }).
signal-objects-read = { $count ->
    [one] Se leyó un objeto
   *[other] Se leyeron { $count } objetos
 } desde { $ip }: { $events }.
signal-models-used = Se habilitaron o usaron modelos de lenguaje desde { $ip } a costa de la cuenta: { $events }.
signal-data-destroyed = Se destruyeron datos, copias de seguridad o claves desde { $ip }: { $events }.
signal-remote-command = Se iniciaron órdenes o sesiones remotas desde { $ip }: { $events }.
signal-secrets-read = Se leyeron secretos desde { $ip }: { $events }.
signal-imdsv1-delivery = { $count ->
    [one] Una llamada usó
   *[other] { $count } llamadas usaron
 } credenciales entregadas por el servicio de metadatos antiguo (IMDSv1), que una petición falsificada puede leer.
signal-credential-exfiltration-finding = GuardDuty informa de que se usan en otro lugar credenciales de la instancia: { $types }.
signal-attack-sequence = GuardDuty relaciona la instancia con un ataque en varias fases: { $types }.
signal-other-finding = GuardDuty informa de actividad grave de la instancia: { $types } (gravedad { $severity }).
signal-malware-finding = Un análisis encontró malware en un volumen de la instancia: { $types }{ $details ->
    [0] .
   *[other] {" "}({ $detail }).
 }
signal-runtime-finding = El agente de GuardDuty vio actuar mal a un proceso de la instancia: { $types }{ $details ->
    [0] .
   *[other] {" "}({ $detail }).
 }
signal-reply-refused = Llegaron paquetes de { $ip } al puerto { $ports } y allí respondió algo, pero una ACL de red detuvo la respuesta.
signal-outbound-refused = La instancia intentó llegar a { $ip } por el puerto { $ports } y la red lo rechazó: se evitó el daño, no la causa.
signal-outbound-sweep = La instancia ({ $from }) probó { $hosts ->
    [one] un equipo
   *[other] { $hosts } equipos
 } de Internet, { $ports ->
    [one] puerto { $port }
   *[other] { $ports } puertos
 }; respondieron { $answered }: busca a quién atacar.
signal-lateral-movement = La instancia ({ $from }) probó { $hosts ->
    [one] un equipo vecino
   *[other] { $hosts } equipos vecinos
 } de la red privada, { $ports ->
    [one] puerto { $port }
   *[other] { $ports } puertos
 }; respondieron { $answered }: puede que alguien avance desde aquí.
signal-mining = El procesador estuvo ocupado al { $percent } % durante media hora o más, con una conexión a { $ip } por el puerto { $ports }: la instancia probablemente mina criptomonedas.
signal-network-out-unusual = Desde el { $at }, la instancia envió mucho más de lo que suele a esa hora ({ $deviations } desviaciones típicas). Las métricas no dicen adónde.
signal-listed-widely = { $ip } está en varias listas de amenazas: { $list }. Eso dice quién llamó, no si entró.
signal-anonymiser = { $ip } es una salida de Tor, de una VPN o de un proxy (lista { $list }): la dirección no permite saber quién está detrás.

### Qué refutaría una señal, como final de una frase que empieza por «Se refuta si».

refute-all-rejected = otra interfaz de la instancia, o un balanceador que tiene delante, dejó pasar el mismo tráfico
refute-finding-blocked = los registros de flujo muestran una conexión anterior aceptada: GuardDuty solo muestra la última
refute-closed-port = un registro de flujo muestra una respuesta con datos, en esta interfaz o en otra
refute-scan = alguno de los puertos respondió con datos, o después hubo un inicio de sesión
refute-only-failures = alguien entró desde otra dirección con un usuario probado aquí, o se alteró el registro
refute-list-entry-too-wide = el responsable de la instancia no conoce esta dirección
refute-handshake = el servicio debe ser público: entonces una respuesta por sí sola no significa nada
refute-session = el servicio es público y su propio registro muestra peticiones corrientes
refute-first-contact-ours = registros más antiguos muestran que la otra parte llegó primero
refute-outbound-direction = los registros de flujo muestran que la conexión la abrió la otra parte
refute-interactive-login-like = los registros de inicio de sesión de esos minutos solo muestran fallos
refute-login-accepted = la persona confirma este inicio de sesión por otro canal, y la dirección es suya
refute-login-after-failures = la persona confirma que se equivocó de contraseña a esa hora
refute-callback = el responsable nombra el programa que llama a esta dirección, y debe hacerlo
refute-callback-and-beacon = el responsable nombra el agente o monitor que llama a esta dirección con ese intervalo
refute-callback-elsewhere = el responsable conoce esta dirección y este puerto
refute-beacon = un agente, actualizador o control de estado conocido llama con ese intervalo
refute-host-change = un ticket de cambio o el sistema de configuración explica este cambio a esa hora
refute-dns-generated-names = los nombres pertenecen a una red de contenidos, un escáner o un filtro de correo conocidos
refute-dns-firewall = el nombre está por error en la lista de la regla
refute-dns-led-to-suspect = el nombre pertenece a un servicio que usa el responsable; una dirección puede servir a muchos nombres
refute-dns-tunnel = el dominio pertenece a un producto en uso que pone datos en los nombres, como un antivirus o un filtro de correo
refute-dns-mining-pool = minar es el propósito de la instancia, o alguien solo leyó la página web del grupo de minado
refute-exfil-like = una copia de seguridad, una publicación o la descarga de un cliente explica la cantidad
refute-amplification = los clientes pidieron estas respuestas y sus direcciones no están falsificadas
refute-role-used-elsewhere = la dirección es una puerta de enlace NAT, un proxy o un punto de conexión de VPC suyos
refute-recon-burst = una herramienta de inventario, monitoreo o seguridad hace estas llamadas a diario
refute-persistence-call = un ticket de cambio o un despliegue explica estas llamadas
refute-persistence-refused = a un despliegue le falta un permiso y lo intenta en vano
refute-resources-created = crear recursos es el propósito de la instancia, como en un servidor de compilación
refute-opened-to-world = un ticket de cambio pidió exactamente esto
refute-log-tampering = el equipo responsable de los registros planeó este cambio
refute-attempts-refused = a un despliegue le falta un permiso y lo intenta en vano
refute-network-changed = un ticket de cambio o un despliegue explica estos cambios
refute-console-login = el usuario confirma que inició sesión desde esta dirección
refute-objects-read = la dirección es del equipo y el programa lee estos objetos desde allí
refute-models-used = el propio equipo usa estos modelos desde esta dirección
refute-data-destroyed = una limpieza planificada explica estas eliminaciones
refute-remote-command = el equipo de operaciones inició estas sesiones
refute-secrets-read = la dirección es del equipo y la aplicación lee estos secretos desde allí
refute-imdsv1-delivery = solo programas conocidos de la instancia usan el servicio antiguo
refute-credential-exfiltration-finding = el tráfico del rol sale por una red suya que GuardDuty no conoce, como un proxy
refute-attack-sequence = cada señal de la secuencia tiene una explicación inocente
refute-other-finding = ese hallazgo se examinó y se cerró como falsa alarma
refute-malware-finding = el archivo es de prueba, o una herramienta que puso el equipo
refute-runtime-finding = el proceso pertenece a un despliegue o a una herramienta del equipo
refute-reply-refused = los registros de flujo muestran una respuesta aceptada, en esta interfaz o en otra
refute-outbound-refused = el responsable nombra el programa que intentó llamar a esta dirección, y debe hacerlo
refute-outbound-sweep = escanear, monitorear o rastrear es el propósito de la instancia
refute-lateral-movement = la instancia es un equipo de salto, o administra esas máquinas
refute-mining = la carga tiene una causa conocida y el puerto pertenece a otro servicio
refute-network-out-unusual = una copia de seguridad, una publicación o más visitantes explican la cantidad
refute-listed-widely = las listas se copian unas a otras, o la dirección cambió de titular
refute-anonymiser = la lista es antigua y la salida ya no está allí
