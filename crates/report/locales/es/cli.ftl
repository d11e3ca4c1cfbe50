### Lo que el programa dice en un terminal.

banner = rebato { $version } · cuenta { $account } · { $region } · como { $identity }
read-only = SOLO LECTURA
lab-note = Esta es la cuenta simulada: no hay nada real en juego.
lab-approves-itself = Sin terminal: el laboratorio aprueba por sí mismo, porque no hay nada real en juego.
progress-identify = Leyendo la alerta y la instancia
progress-evaluate = Leyendo la evidencia
progress-files = { $files ->
    [one] un archivo leído
   *[other] { $files } archivos leídos
 }
progress-left = tiempo restante
progress-verify = Comprobando el estado por lectura
progress-investigate = Consultando las direcciones
progress-harden = Comprobando la configuración
progress-health = Comprobando si el servicio sigue bien
progress-monitor = Revisando lo ocurrido desde entonces
case-saved = Caso { $case } guardado.
case-closed = Caso { $case } cerrado.
next-command = Siguiente: { $command }
report-command = Informe: { $command }
report-saved = Informe escrito en { $file }.
plan-title = Plan { $digest } ({ $purpose })
plan-empty = El plan no tiene pasos: no hay nada que hacer.
plan-undo = deshacer: { $undo }
nothing-done-yet = Todavía no se ha hecho nada.
nothing-to-do = No hay nada que hacer.
approve-ask = Esto cambia la cuenta { $account }, región { $region }. Escriba el id. de la instancia para continuar ({ $instance }):
approve-wrong = Eso no es { $instance }. No se hizo nada.
approve-no-terminal = No hay terminal en el que preguntar. Apruebe con: { $command }
approved = Plan { $digest } aprobado por { $by }, válido hasta { $until }.
rejected = Plan { $digest } rechazado por { $by }.
step-done = { $action }
step-adopted = { $action } (ya estaba hecho)
step-failed = { $action }: { $why }
contained = { $instance } está contenida: se leyó el estado y todo está como se quería.
verified = { $instance } está contenida y verificada: desde entonces no se aceptó tráfico.
partial = { $instance } solo está contenida en parte. Sigue abierto: { $open }. Hace falta una persona ahora.
released = { $instance } está liberada: se devolvió a su estado lo que la contención había cambiado.
release-partial = { $instance } solo está liberada en parte. Sigue abierto: { $open }.
stale = El mundo ha cambiado desde que se elaboró el plan: { $what }. No se hizo nada.
may-close = El caso se puede cerrar.
may-not-close = El caso todavía no se puede cerrar:
chain-good = { $count ->
    [one] Un registro
   *[other] { $count } registros
 }; la cadena está íntegra.
chain-broken = La cadena está rota: { $why }
no-cases = Todavía no hay casos.
interrupt-once = Termino con lo que se sabe hasta ahora. Pulse Ctrl-C otra vez para terminar de inmediato.
interrupted-reading = Interrumpido: lo mostrado se basa en lo leído hasta entonces.
interrupted = Interrumpido. Lo hecho está en el diario; repita la misma orden para continuar.
error = error
hint = sugerencia
warning = advertencia
hint-usage = Consulte: { $command }
hint-stale = Elabore un plan nuevo con: { $command }
hint-denied = AWS denegó { $call }. Dé a la identidad el permiso { $permission }, o consulte: rebato iam-policy
hint-unreachable = AWS no respondió. Compruebe la red, la región y el punto de conexión, y repita la misma orden: sigue donde se detuvo.
hint-credentials = No hay credenciales válidas. Inicie sesión o elija un perfil con --profile.
hint-refused = La política lo prohíbe. Consulte las notas del plan.
hint-policy = La política de aprobación decide quién puede aprobar qué: pídalo a quien esté autorizado o cambie sus reglas.
hint-second = Que otra persona lo apruebe con: { $command }
hint-approval = Apruebe con: { $command }
hint-expired = La aprobación ha caducado. Apruebe de nuevo con: { $command }
hint-ambiguous = Nombre por su id la que quiere decir:
hint-no-case = Vea todos los casos con: rebato case list
hint-state = Elija otra carpeta con --state.
hint-monitor-guest = `rebato monitor { $case } --guest` mira también dentro del sistema operativo, donde debe seguir en pie un arreglo.
hint-offline = Sin --offline, Rebato leería la instancia en AWS.
