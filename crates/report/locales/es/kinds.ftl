### Lo que el tipo de un hallazgo dice de antemano.

## Qué haría de un hallazgo una intrusión: sigue a «Intrusión si»

success-two-way-traffic = hay datos en ambos sentidos con esa dirección, de un proceso que nadie previó
success-resolved-and-called = el nombre se resolvió y la instancia llamó después a esa dirección
success-called-or-sinkholed = la instancia llamó a la dirección resuelta; si en su lugar hay un sumidero, también hay infección
success-weak-alone = se le suma otra señal, como tráfico hacia la dirección resuelta; sola prueba poco
success-floods = nadie encargó una prueba de carga: la instancia inunda a otros; conténgala ya
success-sends-mail = servidores de correo respondieron en el puerto 25 y la instancia les envió datos
success-unknown-service = nadie sabe decir qué servicio abrió ese puerto
success-unexplained-volume = ninguna copia de seguridad ni otra tarea explica los bytes enviados
success-mines = el procesador sigue ocupado y las conexiones con el pool de minería duran
success-hidden-names = el tráfico con ese servidor DNS continúa y se le suma otra señal
success-scans-others = nadie encargó un escaneo: la propia instancia busca en otros
success-login-after-failures = se acepta un inicio de sesión tras los fallos, o es la instancia la que prueba
success-logon-type-10 = un evento 4624 de tipo 10 sigue a una ráfaga de 4625, o es la instancia la que prueba
success-logon-type-3 = un evento 4624 de tipo 3 sigue a una ráfaga de 4625, o es la instancia la que prueba
success-jobs-submitted = el puerto respondió y se ejecutaron trabajos que nadie envió
success-probe-answered = el puerto respondió con datos, no solo con el saludo de conexión
success-calls-dead-server = algo sigue llamando a esa dirección: la instancia está infectada aunque el servidor ya no responda
success-generated-name-hit = uno de los muchos nombres se resolvió y la instancia lo llamó
success-data-in-queries = las consultas son reales: los datos ya han salido
success-downloaded-and-ran = se descargó un archivo y apareció después un proceso nuevo
success-data-dropped = la instancia envió datos a esa dirección
success-phished = alguien en la instancia abrió la página o le dio credenciales
success-session-with-listed = hay datos en ambos sentidos, se acepta un inicio de sesión o la propia instancia llamó a la dirección
success-role-used-elsewhere = las credenciales del rol de la instancia se usan desde cualquier otro sitio
success-tor-not-ours = el propietario no usa Tor allí
success-unknown-process = el propietario no conoce el proceso: ya se ejecutó
success-kernel-changed = el propietario no cargó ese módulo: el kernel ya no es de fiar
success-files-changed = el propietario no cambió ese archivo
success-file-ran = el propietario no puso ese archivo: ya se ejecutó
success-shell-out = no es una herramienta del propietario: alguien de fuera ya tiene una shell
success-left-container = un proceso del contenedor llegó al host
success-malware-active = el archivo se ejecutó, o nadie sabe cómo llegó
success-copy-used = una instancia funciona, o funcionó, con lo que se analizó
success-sequence-real = el propietario no sabe explicar las señales: trate cada instancia del grupo como comprometida
success-password-used = sigue un inicio de sesión de Windows con esa contraseña
success-call-not-ours = nadie sabe quién hizo la llamada
success-calls-not-ours = nadie sabe quién hizo las llamadas
success-pushed-key-used = se acepta un inicio de sesión con la clave enviada
success-script-ran = la instancia arrancó de nuevo con el script cambiado
success-login-since-opened = desde entonces se aceptó un inicio de sesión desde Internet
success-any-success = hay datos en ambos sentidos con un extraño, se acepta un inicio de sesión o hay un proceso nuevo

## Qué mirar primero, en una lista

look-flow_logs = registros de flujo
look-dns = consultas DNS
look-auth_log = inicios de sesión
look-windows_logons = inicios de sesión de Windows
look-cloudtrail = CloudTrail
look-findings = otros hallazgos
look-runtime = el proceso del hallazgo
look-processes = qué proceso abrió la conexión
look-malware_scan = un análisis de malware
look-metrics = carga de CPU
look-app_logs = registros del servicio
look-imds = ajustes de metadatos (IMDSv1)
look-owner = el propietario

## Conviene saberlo del tipo de hallazgo

about-own-list = La coincidencia es con una lista propia: compruebe antes que nada la entrada.
about-retired = GuardDuty ya no genera este tipo.
about-role-decides = Baja si atacan a la instancia, alta si es ella la que ataca: entonces ya está comprometida.
about-mail-throttled = AWS limita el puerto 25 en la mayoría de las cuentas: pocos bytes pueden ser muchos intentos.
about-last-address-only = El hallazgo solo nombra la última dirección; los registros de flujo las tienen todas.
about-past-dns-logs = Esas consultas no pasan por el servidor DNS de la VPC: sus registros no las muestran.
about-groups-let-dns-out = Los grupos de seguridad no frenan las consultas al servidor DNS de la VPC: lo hacen un DNS Firewall o la parada de la instancia.
about-not-web-ports = GuardDuty deja fuera los puertos 80 y 443.
about-copy-not-instance = Trata de una instantánea, una imagen o una copia de seguridad, no de una instancia en marcha.
about-call-not-instance = Trata de una llamada a la API de EC2, no de tráfico de la instancia.
about-several-instances = Reúne varios hallazgos y puede tratar de varias instancias: abra un caso para cada una.
about-role-of-instance = Si detrás de la clave hay un rol de instancia, abra un caso para esa instancia.
about-trail-blind = Desde entonces CloudTrail puede no mostrar nada: mire lo anterior.

## Si GuardDuty busca malware por sí mismo

auto-scan-yes = GuardDuty inicia uno por sí mismo, si esa protección está activada
auto-scan-no = GuardDuty no inicia ninguno tras este tipo: pídalo
auto-scan-outbound_only = GuardDuty inicia uno por sí mismo solo si es la instancia la que ataca
