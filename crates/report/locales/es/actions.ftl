### Qué se puede hacer en una cuenta, qué puede romper y cómo se deshace.

## Acciones

action-protect_termination = { $to ->
    [true] Activar la protección contra terminación de { $instance }
   *[false] Desactivar la protección contra terminación de { $instance }
 }
action-set_shutdown_behavior = Cambiar lo que hace un apagado desde dentro de { $instance }: { $from } → { $to }
action-set_delete_on_termination = { $to ->
    [true] Dejar que la terminación borre de nuevo { $volume } ({ $device })
   *[false] Conservar { $volume } ({ $device }) aunque se termine la instancia
 }
action-set_tags = { $to ->
    [none] Quitar { $count ->
        [one] nuestra etiqueta
       *[other] nuestras { $count } etiquetas
     } de { $resource }
   *[some] Poner { $count ->
        [one] una etiqueta
       *[other] { $count } etiquetas
     } en { $resource }
 }
action-set_scaling_minimum = Cambiar el mínimo del grupo de escalado { $group }: { $from } → { $to }
action-set_standby = { $to ->
    [true] Poner { $instance } en espera en el grupo de escalado { $group }
   *[false] Devolver { $instance } al servicio en el grupo de escalado { $group }
 }
action-set_target = { $to ->
    [true] Registrar { $id } en el grupo de destino { $group }
   *[false] Retirar { $id } del grupo de destino { $group }
 }
action-save_console = Guardar la salida y una captura de la consola de { $instance }
action-create_snapshots = Crear { $count ->
    [one] una instantánea del volumen
   *[other] instantáneas de los { $count } volúmenes
 } de { $instance }
action-create_group = Crear el grupo de seguridad { $group } en { $vpc }
action-set_group_rules = Fijar las reglas del grupo de seguridad { $group }
action-set_interface_groups = { $stage ->
    [passage] Pasar { $interface } al grupo de paso
    [containment] Pasar { $interface } al grupo de contención
   *[other] Poner en { $interface } los grupos de seguridad { $to }
 }
action-set_elastic_ip = { $to ->
    [true] Asociar la IP elástica { $public_ip } a { $interface }
   *[false] Retirar la IP elástica { $public_ip } de { $interface }
 }
action-set_auto_public_address = { $to ->
    [true] Dejar que AWS dé de nuevo una dirección pública a { $interface }
   *[false] Retirar la dirección pública automática de { $interface } y no admitir otra
 }
action-protect_stop = { $to ->
    [true] Activar la protección contra parada de { $instance }
   *[false] Desactivar la protección contra parada de { $instance }
 }
action-set_running = { $to ->
    [true] Arrancar { $instance }
   *[false] Parar { $instance }
 }
action-set_imds_tokens = { $to ->
    [required] Exigir IMDSv2 en { $instance }
   *[other] Poner los tokens de IMDS de { $instance } en { $to }
 }
action-set_ingress = Cambiar lo que puede entrar por { $group }: { $revoked } reglas quitadas, { $authorized } añadidas

## Qué puede romper una acción

impact-protect_termination = Ninguno en la carga de trabajo. { $to ->
    [true] Nadie podrá terminar la instancia por la API.
   *[false] Se podrá terminar la instancia por la API.
 }
impact-set_shutdown_behavior = Ninguno mientras funcione. Un apagado desde dentro { $to ->
    [terminate] terminará la instancia.
   *[stop] parará la instancia sin terminarla.
 }
impact-set_delete_on_termination = Ninguno en la carga de trabajo. { $to ->
    [true] La terminación borrará el volumen.
   *[false] El volumen sobrevivirá a la instancia y seguirá costando.
 }
impact-set_tags = Ninguno en la carga de trabajo. Puede reaccionar algún automatismo que lea etiquetas.
impact-set_scaling_minimum = El grupo podrá quedarse con { $to ->
    [one] una instancia
   *[other] { $to } instancias
 } como mínimo.
impact-set_standby = { $to ->
    [true] El grupo deja en paz la instancia; la capacidad baja en una.
   *[false] La instancia vuelve a contar y a recibir carga.
 }
impact-set_target = { $to ->
    [true] El balanceador vuelve a enviarle peticiones.
   *[false] El balanceador no le envía peticiones nuevas; las abiertas se agotan o se cortan.
 }
impact-save_console = Ninguno.
impact-create_snapshots = Ninguno en la carga de trabajo. Las instantáneas cuestan almacenamiento hasta que se borren.
impact-create_group = Ninguno: todavía no lo usa ninguna interfaz.
impact-set_group_rules = { $role ->
    [passage] El grupo deja pasar todo. Las interfaces solo están en él entre dos llamadas.
   *[containment] El grupo no deja pasar nada. Toda interfaz que esté en él queda aislada.
 }
impact-set_interface_groups = { $stage ->
    [passage] Por un momento puede pasar todo; las conexiones dejan de estar bajo seguimiento, para que el paso siguiente las corte.
    [containment] Cesa todo el tráfico de la interfaz, incluidas las conexiones abiertas. Los servicios de la instancia caen.
   *[other] A partir de entonces puede pasar lo que permita { $to }.
 }
impact-set_elastic_ip = { $to ->
    [true] La instancia vuelve a ser accesible en { $public_ip }.
   *[false] Nada llega a la instancia por { $public_ip }. La dirección sigue reservada.
 }
impact-set_auto_public_address = { $to ->
    [true] La instancia recibe una dirección pública, que será otra.
   *[false] La instancia pierde su dirección pública automática. AWS no devuelve nunca la misma.
 }
impact-protect_stop = { $to ->
    [true] Nadie podrá parar la instancia por la API.
   *[false] Se podrá parar la instancia.
 }
impact-set_running = { $to ->
    [true] La instancia arranca; con ella, sus servicios y lo que haya dejado el atacante.
   *[false] Los servicios caen. Se pierden la memoria y los datos del almacén de instancia.
 }
impact-set_imds_tokens = { $to ->
    [required] Los programas que leen los metadatos a la antigua (IMDSv1) se quedan sin credenciales.
   *[other] IMDSv1 vuelve a responder.
 }
impact-set_ingress = Se rechazan las conexiones nuevas que solo permitían las reglas quitadas.

## Deshacer

undo-do = { $action }
undo-joined = se deshace junto con el paso al grupo de paso
undo-keep-evidence = se conserva: es evidencia
undo-keep-shared = se conserva: lo usan otros casos de la VPC y no perjudica a nadie
undo-keep-nothing_changed = nada que deshacer: no cambió nada
undo-keep-harmless = se conserva: la interfaz no tenía dirección automática que devolver
undo-impossible-address_lost = imposible: AWS no devuelve nunca una dirección automática
