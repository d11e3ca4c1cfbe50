### Lo que se mira dentro del sistema operativo, y por qué no se pudo ver.

check-sshd-root-login = Root no entra con contraseña
risk-sshd-root-login = Root es el único nombre que todo atacante conoce. Con contraseña cae ante quien insista lo bastante, y después nadie sabe qué persona era.
fix-sshd-root-login = Ponga PermitRootLogin en no, o en prohibit-password si root necesita su clave; las personas entran con su propio nombre.

check-sshd-passwords = Nadie entra por SSH solo con contraseña
risk-sshd-passwords = Las contraseñas se prueban desde lejos, y se prueban: así cae la mayoría de los equipos con SSH abierto.
fix-sshd-passwords = Ponga PasswordAuthentication y KbdInteractiveAuthentication en no, cuando cada usuario tenga una clave que funcione.

check-sshd-empty-passwords = SSH no acepta contraseñas vacías
risk-sshd-empty-passwords = Quien sepa el nombre de un usuario sin contraseña está dentro.
fix-sshd-empty-passwords = Ponga PermitEmptyPasswords en no, y dé contraseña a cada usuario o bloquéelo.

check-sshd-match = Ningún bloque Match abre lo que está cerrado a los demás
risk-sshd-match = Un bloque Match da a algunos usuarios o direcciones una entrada que está cerrada a todos los demás. Se olvida con facilidad, y con facilidad se esconde ahí.
fix-sshd-match = Pregunte quién necesita la excepción; quítela, o limítela a un usuario y una dirección.

check-authorized-keys = Las claves que permiten entrar son las de antes del ataque
risk-authorized-keys = Una clave se añadió o cambió después de ver al atacante por primera vez, abre la cuenta de root, o está donde otros pueden escribir. Por una clave vuelve un intruso.
fix-authorized-keys = Pregunte de quién es cada clave. Guarde antes el archivo como evidencia; después quite las extrañas.

check-uid0-users = Solo root tiene el número de root
risk-uid0-users = Otro usuario con el número 0 es root con un segundo nombre, casi siempre hecho por un intruso.
fix-uid0-users = Averigüe quién lo creó y cuándo; guarde la evidencia y después elimínelo.

check-empty-passwords = Cada usuario tiene contraseña o está bloqueado
risk-empty-passwords = Un usuario con contraseña vacía está abierto a cualquiera en el equipo, y por SSH donde se permita.
fix-empty-passwords = Bloquee al usuario o póngale contraseña.

check-sudo-nopasswd = sudo pide contraseña
risk-sudo-nopasswd = Quien tome ese usuario es root al instante. Las imágenes para la nube se lo dan a su primer usuario.
fix-sudo-nopasswd = Quite la línea donde trabajen personas; déjela solo a los programas, y solo para las órdenes que necesitan.

check-rdp-nla = Escritorio remoto pide identificarse antes de abrir una sesión
risk-rdp-nla = Sin autenticación a nivel de red, cualquiera que llegue al puerto encuentra la pantalla de entrada entera, con sus fallos.
fix-rdp-nla = Exija la autenticación a nivel de red, por directiva o en la configuración del sistema.

check-windows-administrators = Solo los administradores conocidos son administradores locales
risk-windows-administrators = Otras cuentas tienen todo el poder sobre el equipo. La cuenta de un intruso estaría aquí.
fix-windows-administrators = Pregunte quién necesita cada cuenta; elimine las demás una vez guardada la evidencia.

check-windows-firewall = El cortafuegos de Windows está activo en todos los perfiles
risk-windows-firewall = Un perfil sin cortafuegos deja pasar todo lo que deje pasar el grupo de seguridad.
fix-windows-firewall = Active el cortafuegos en todos los perfiles.

check-patch-state = El último examen no encontró parches pendientes
risk-patch-state = Fallos conocidos y ya corregidos en otros sitios siguen abiertos aquí.
fix-patch-state = Instale los parches que faltan con la línea base, en una ventana en la que se pueda reiniciar.

check-windows-patches = Windows recibió parches en los últimos 60 días
risk-windows-patches = Se perdió un mes de parches: hay fallos conocidos abiertos aquí.
fix-windows-patches = Instale las actualizaciones y averigüe por qué no llegaron.

check-reboot-pending = No hay un reinicio pendiente
risk-reboot-pending = Los parches están instalados pero no rigen hasta que el equipo arranque de nuevo: lo que corre es aún lo viejo.
fix-reboot-pending = Reinicie en una ventana, después de guardar la memoria como evidencia si se quiere.

check-log-shipping = El sistema registra lo que ocurre y lo envía a otro lugar
risk-log-shipping = Lo que se escribe solo en el equipo se escribe para quien sea su dueño: un intruso lo borra primero.
fix-log-shipping = Active auditd y envíe los registros fuera, con el agente de CloudWatch o con rsyslog.

check-time-sync = El reloj se mantiene en hora
risk-time-sync = Con un reloj equivocado los registros del equipo no encajan con ningún otro, y ninguna secuencia de hechos se sostiene.
fix-time-sync = Active chrony con el servicio de hora de Amazon, 169.254.169.123.

check-guest-agent = El agente de Systems Manager corre en el sistema
risk-guest-agent = Sin el agente no hay parches, ni preguntas, ni arreglos, salvo por un puerto abierto.
fix-guest-agent = Arranque el agente y haga que arranque con el sistema.

check-sshd-access = Está escrito quién puede entrar por SSH
risk-sshd-access = Toda cuenta con contraseña o clave puede entrar, también las de los programas.
fix-sshd-access = Nombre los usuarios o grupos con AllowUsers o AllowGroups; pruébelo desde una segunda sesión antes de cerrar la primera.

check-sshd-tries = SSH permite pocos intentos por conexión
risk-sshd-tries = Por una sola conexión se pueden probar muchas contraseñas.
fix-sshd-tries = Ponga MaxAuthTries en 4 o menos.

check-sshd-grace-time = SSH corta las conexiones que no se identifican
risk-sshd-grace-time = Las conexiones que nunca se identifican siguen abiertas, hasta que no queda ninguna para quien debe entrar.
fix-sshd-grace-time = Ponga LoginGraceTime en 60 segundos o menos, y no en 0, que es sin límite.

check-sshd-idle = SSH cierra las sesiones que ya no responden
risk-sshd-idle = Las sesiones cuyo cliente se fue siguen abiertas.
fix-sshd-idle = Ponga ClientAliveInterval en 300 y ClientAliveCountMax en 3.

check-sshd-x11 = SSH no reenvía X11
risk-sshd-x11 = Un equipo tomado alcanza la pantalla y el teclado de quien entre con el reenvío de X11.
fix-sshd-x11 = Ponga X11Forwarding en no.

check-sshd-host-based = Ningún otro equipo responde por una entrada
risk-sshd-host-based = Quien tome un equipo de confianza entra aquí como cualquier usuario suyo.
fix-sshd-host-based = Ponga HostbasedAuthentication en no.

check-sshd-user-environment = Los usuarios no ponen variables a sshd
risk-sshd-user-environment = Un usuario puede poner variables que cambian lo que la entrada ejecuta, y salirse de una orden forzada.
fix-sshd-user-environment = Ponga PermitUserEnvironment en no.

check-sshd-log-level = SSH deja constancia de las entradas
risk-sshd-log-level = Las entradas no se registran: nadie sabrá después quién estuvo dentro. O se registra más de lo que los usuarios querrían.
fix-sshd-log-level = Ponga LogLevel en VERBOSE, que además nombra la clave de cada entrada, o en INFO.

check-sshd-ciphers = SSH usa solo cifrados fuertes
risk-sshd-ciphers = Un cifrado en modo CBC o RC4 puede revelar partes del texto.
fix-sshd-ciphers = Quite los cifrados débiles de Ciphers.

check-sshd-macs = SSH usa solo códigos de autenticación fuertes
risk-sshd-macs = Un código con MD5 o con una etiqueta de 64 bits se falsifica con menos esfuerzo del debido.
fix-sshd-macs = Quite los débiles de MACs. El valor propio de OpenSSH todavía trae umac-64.

check-sshd-key-exchange = SSH usa solo intercambios de claves fuertes
risk-sshd-key-exchange = Un intercambio de claves con SHA-1 puede romperlo quien tenga medios, y leer después lo que grabó.
fix-sshd-key-exchange = Quite los intercambios con SHA-1 de KexAlgorithms.

check-sshd-files = Solo root puede escribir la configuración de SSH
risk-sshd-files = Quien pueda escribir ese archivo abre la puerta que quiera.
fix-sshd-files = Dé los archivos a root con modo 0600.

why-not-asked = nadie miró dentro del sistema
why-cut = la respuesta se cortó antes
why-absent = el sistema no tiene tal cosa
why-denied = el sistema lo negó
why-failed = el sistema no dio una respuesta útil
why-more = hay más de lo que cabe en la respuesta
why-not-in-output = la respuesta no lo dice
why-only-effective = sshd -T no muestra los bloques Match: los archivos sí
why-include-not-given = puede estar en un archivo incluido que no se tiene
why-include-too-deep = los archivos se incluyen unos a otros demasiado hondo
why-too-long = la configuración es más larga de lo que se lee
why-unknown-keyword = una línea de la configuración no se entiende
why-bad-value = una línea sobre ello tiene un valor que sshd rechaza
why-no-value = una línea sobre ello no tiene valor
why-bad-match = una línea Match no se entiende
why-not-in-match = una línea está en un bloque Match donde no puede estar
why-never-scanned = nunca se hizo un examen de parches
why-scan-too-old = el último examen de parches tiene más de 30 días
why-first-contact-not-known = no se sabe cuándo se vio al atacante por primera vez
why-groups-not-known = depende de los grupos de un usuario, que no se han mirado
why-keys-elsewhere = sshd acepta además claves de un sitio que no se ha mirado
why-agent-offline = el agente de Systems Manager no responde
why-agent-not-managed = Systems Manager no administra la instancia
why-no-passage = la instancia está aislada y no se dejó paso a Systems Manager
why-command-failed = la orden dentro del sistema falló
why-command-timed-out = la orden dentro del sistema no terminó a tiempo
why-not-the-script = esto no es lo que el guion imprime

guest-unseen = No se pudo mirar dentro del sistema operativo: { $why }. Cuenta lo que mostró una mirada anterior, con su fecha.
guest-looked = Lo que se dice del sistema operativo se vio en él el { $at } ({ $count ->
    [one] una comprobación
   *[other] { $count } comprobaciones
}).
guest-not-asked = { $count } comprobaciones dentro del sistema operativo no se hicieron: nadie miró ahí. `rebato harden CASO --guest` pregunta por Systems Manager; `rebato harden --print-probe linux` imprime un guion para ejecutar a mano, cuyo resultado lee `--guest-facts`.
report-guest-not-asked = { $count } comprobaciones dentro del sistema operativo no se hicieron: nadie miró ahí.

## Líneas de la configuración de sshd que no se pudieron leer

sshd-problem-unknown-keyword = sshd no tiene tal ajuste
sshd-problem-bad-value = el ajuste no admite este valor
sshd-problem-no-value = falta el valor
sshd-problem-bad-match = la línea Match no se pudo leer
sshd-problem-not-in-match = el ajuste no puede estar en un bloque Match
sshd-problem-include-not-given = el archivo incluido no está entre los dados
sshd-problem-include-too-deep = los archivos se incluyen unos a otros con demasiada profundidad
sshd-problem-too-long = la línea es demasiado larga
