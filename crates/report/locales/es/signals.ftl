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
signal-exfil-like = La instancia envió { $bytes } a { $ip } en el puerto { $ports }.
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
signal-dns-tunnel = Se preguntó por { $names } nombres distintos bajo { $domain }, de hasta la longitud de { $longest }: por esa vía se pueden sacar datos.
signal-dns-mining-pool = La instancia preguntó por un grupo de minería de criptomonedas: { $domain }.
signal-dns-firewall = { $count ->
    [one] Una consulta DNS
   *[other] { $count } consultas DNS
 } bajo { $domain } coincidieron con una regla del cortafuegos de DNS de la cuenta.
signal-dns-led-to-suspect = El nombre { $domain }, por el que preguntó la instancia, llevaba a { $ip }, el { $at }.
signal-role-used-elsewhere = Las credenciales del rol de la instancia se usaron desde { $ip }, que no es la instancia: fueron robadas. Llamadas: { $events }.
signal-recon-burst = Con el rol de la instancia o desde una dirección sospechosa ({ $ip }), alguien exploró la cuenta: { $events }; denegadas: { $refused }.
signal-persistence-call = Se crearon o ampliaron accesos desde { $ip }: { $events }.
signal-persistence-refused = Se denegó un intento de crear o ampliar accesos desde { $ip }: { $events }.
signal-resources-created = Se crearon recursos desde { $ip }: { $events }.
signal-opened-to-world = Se abrió o compartió algo desde { $ip }: { $events } ({ $detail }).
signal-log-tampering = Se desactivaron o debilitaron registros o detecciones desde { $ip }: { $events }.
signal-remote-command = Se iniciaron órdenes o sesiones remotas desde { $ip }: { $events }.
signal-secrets-read = Se leyeron secretos desde { $ip }: { $events }.
signal-imdsv1-delivery = { $count ->
    [one] Una llamada usó
   *[other] { $count } llamadas usaron
 } credenciales entregadas por el servicio de metadatos antiguo (IMDSv1), que una petición falsificada puede leer.
signal-credential-exfiltration-finding = GuardDuty informa de que se usan en otro lugar credenciales de la instancia: { $types }.
signal-malware-or-runtime-finding = GuardDuty vio actividad maliciosa en la propia instancia: { $types }.
signal-attack-sequence = GuardDuty relaciona la instancia con un ataque en varias fases: { $types }.
signal-other-finding = Otros hallazgos graves sobre la instancia: { $types } (gravedad { $severity }).
