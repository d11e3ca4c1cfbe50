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
   *[false] { $how ->
        [hibernate] Hibernar { $instance }: su memoria se escribe en el volumen raíz y luego se para
        [force] Parar { $instance }, por la fuerza si no obedece
        [skip_os] Parar { $instance } sin pasar por su sistema operativo
       *[graceful] Parar { $instance }
     }
 }
action-set_imds_tokens = { $to ->
    [required] Exigir IMDSv2 en { $instance }
   *[other] Poner los tokens de IMDS de { $instance } en { $to }
 }
action-set_ebs_encryption = { $to ->
    [true] Cifrar por defecto los volúmenes nuevos en { $region }
   *[false] No cifrar por defecto los volúmenes nuevos en { $region }
 }
action-set_flow_log = { $to ->
    [true] Escribir todo el tráfico de { $vpc } en un registro de flujo en { $place }
   *[false] Borrar nuestro registro de flujo de { $vpc } que va a { $place }
 }
action-set_sshd = { $to ->
    [set] Hacer que sshd en { $instance } lea primero { $file }: { $settings }
    [back] Dejar { $file } en { $instance } como estaba: { $settings }
   *[gone] Quitar { $file } de { $instance }
 }
action-run_patches = { $what ->
    [scan] Hacer que { $instance } cuente los parches que le faltan
    [install] Instalar los parches que faltan en { $instance }, sin reiniciar
   *[reboot] Instalar los parches que faltan en { $instance } y reiniciarla si alguno lo necesita
 }
action-set_ingress = Cambiar lo que puede entrar por { $group }: { $revoked } reglas quitadas, { $authorized } añadidas
action-deny_sessions = { $to ->
    [true] { $who ->
        [instance] Denegar todo a las sesiones del rol { $role } que tiene esta instancia
       *[all] Denegar todo a todas las sesiones del rol { $role } iniciadas antes de ahora
     } (política insertada { $policy })
   *[false] Quitar la política de denegación { $policy } del rol { $role }
 }
action-set_instance_profile = { $stage ->
    [off] Quitar a { $instance } el perfil de instancia { $from }
    [on] Devolver a { $instance } el perfil de instancia { $to }
   *[replaced] Cambiar el perfil de instancia de { $instance }: { $from } → { $to }
 }
action-set_metadata_endpoint = { $to ->
    [disabled] Desactivar el servicio de metadatos de { $instance }
   *[enabled] Activar el servicio de metadatos de { $instance }
 }
action-set_acl_deny = { $to ->
    [true] Denegar { $peers } en la ACL de red { $acl }, en ambos sentidos
   *[false] Quitar de la ACL de red { $acl } nuestras denegaciones de { $peers }
 }
action-set_balancer = { $to ->
    [true] Registrar { $instance } en el balanceador clásico { $balancer }
   *[false] Retirar { $instance } del balanceador clásico { $balancer }
 }
action-set_scaling_membership = { $to ->
    [true] Volver a unir { $instance } al grupo de escalado { $group }
   *[false] Separar { $instance } del grupo de escalado { $group }
 }
action-wait_snapshots = Esperar a que { $count ->
    [one] se complete la instantánea
   *[other] se completen las { $count } instantáneas
 }
action-copy_snapshots = Copiar { $count ->
    [one] la instantánea
   *[other] las { $count } instantáneas
 } con la clave { $key }
action-share_snapshots = Permitir a la cuenta { $account } usar las instantáneas
action-lock_snapshots = Bloquear las instantáneas durante { $days ->
    [one] un día
   *[other] { $days } días
 } ({ $mode })
action-scan_snapshots = Pedir a GuardDuty que busque malware en las instantáneas
action-archive_finding = { $to ->
    [true] Archivar el hallazgo { $finding }
   *[false] Sacar del archivo el hallazgo { $finding }
 }
action-rate_finding = Decir a GuardDuty que el hallazgo { $finding } { $to ->
    [true] fue útil
   *[false] no fue útil
 }
action-edit_list = { $to ->
    [true] Devolver { $ip } a la lista { $list } como estaba
   *[false] Sacar { $ip } de la lista { $list }
 }
action-trust_address = { $to ->
    [true] Poner { $ip } en la lista de confianza { $list }
   *[false] Sacar { $ip } de la lista de confianza { $list }
 }
action-activate_list = Hacer que GuardDuty lea de nuevo la lista { $list }
action-suppress_finding = { $to ->
    [true] Archivar según lleguen los hallazgos de { $instance } sobre { $ip } ({ $kind })
   *[false] Borrar la regla de supresión { $rule }
 }
action-delete_group = Eliminar nuestro grupo de seguridad { $group } en { $vpc }

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
   *[false] Los servicios caen. { $how ->
        [hibernate] La memoria se conserva en el volumen raíz; se pierden los datos del almacén de instancia.
        [skip_os] Se pierden la memoria y los datos del almacén de instancia, y lo que aún no se hubiera escrito en disco.
       *[graceful] Se pierden la memoria y los datos del almacén de instancia.
     }
 }
impact-set_imds_tokens = { $to ->
    [required] Los programas que leen los metadatos a la antigua (IMDSv1) se quedan sin credenciales.
   *[other] IMDSv1 vuelve a responder.
 }
impact-set_ebs_encryption = { $to ->
    [true] Los volúmenes nuevos y las copias de instantáneas se cifran, los haga quien los haga. Los que ya existen quedan como están.
   *[false] Los volúmenes nuevos se cifran solo cuando alguien lo pide.
 }
impact-set_flow_log = { $to ->
    [true] Ninguno en la carga. AWS cobra por gigabyte entregado, y el destino por lo que guarda.
   *[false] No se escriben más registros. Los que ya existen se quedan.
 }
impact-set_sshd = { $to ->
    [set] Quien entre a partir de ahora encuentra los ajustes nuevos; las sesiones abiertas siguen. Sin confirmación, el sistema vuelve por sí solo al estado anterior en { $minutes } minutos.
   *[other] Quien entre a partir de ahora encuentra de nuevo los ajustes anteriores.
 }
impact-run_patches = { $what ->
    [scan] Ninguno. Tarda minutos.
    [install] Los servicios cuyos paquetes cambian pueden reiniciarse. Puede tardar una hora.
   *[reboot] Los servicios cuyos paquetes cambian se reinician, y puede que también la instancia entera. Puede tardar una hora.
 }
impact-set_ingress = Se rechazan las conexiones nuevas que solo permitían las reglas quitadas.
impact-deny_sessions = { $to ->
    [true] { $who ->
        [instance] Los programas de esta instancia, y quien haya robado sus credenciales, ya no pueden llamar a AWS. Los demás que usan el rol siguen.
       *[all] Se deniega a todos los que usan el rol hasta que AWS les dé credenciales nuevas, por lo general antes de una hora.
     }
   *[false] Las sesiones del rol pueden volver a llamar a AWS.
 }
impact-set_instance_profile = { $stage ->
    [on] La instancia vuelve a recibir credenciales del rol.
   *[other] La instancia no recibe credenciales nuevas de { $from }; las que tiene valen hasta que caduquen, seis horas como mucho.
 }
impact-set_metadata_endpoint = { $to ->
    [disabled] Los programas de la instancia se quedan sin credenciales ni metadatos; el agente de SSM enmudece.
   *[enabled] Los programas de la instancia vuelven a tener credenciales y metadatos.
 }
impact-set_acl_deny = { $to ->
    [true] Nadie en las subredes de esta ACL puede llegar a { $peers } ni recibir nada de allí. Las conexiones abiertas se cortan al momento.
   *[false] { $peers } y las subredes de esta ACL pueden volver a comunicarse.
 }
impact-set_balancer = { $to ->
    [true] El balanceador vuelve a enviarle peticiones.
   *[false] El balanceador no le envía peticiones nuevas; las abiertas se agotan o se cortan.
 }
impact-set_scaling_membership = { $to ->
    [true] La instancia vuelve a contar y a recibir carga.
   *[false] El grupo olvida la instancia; la capacidad baja en una y sus balanceadores la sueltan.
 }
impact-wait_snapshots = Ninguno. Puede tardar de minutos a horas.
impact-copy_snapshots = Ninguno en la carga de trabajo. Las copias cuestan almacenamiento hasta que se borren.
impact-share_snapshots = La cuenta { $account } puede leer cada byte de los volúmenes.
impact-lock_snapshots = { $mode ->
    [compliance] Nadie puede borrar las instantáneas antes de que venza el plazo, pase lo que pase. Siguen costando.
   *[governance] Solo quien tenga el permiso de desbloquear puede borrar las instantáneas. Siguen costando.
 }
impact-scan_snapshots = Ninguno en la carga de trabajo. GuardDuty cobra por gigabyte.
impact-archive_finding = { $to ->
    [true] La lista de hallazgos actuales deja de mostrarlo. Vuelve si salta de nuevo.
   *[false] La lista de hallazgos actuales vuelve a mostrarlo.
 }
impact-rate_finding = Ninguno.
impact-edit_list = { $to ->
    [true] El tráfico con { $ip } vuelve a dar hallazgos cuando la lista se lee de nuevo.
   *[false] Cuando la lista se lee de nuevo, deja de dar hallazgos sobre { $ip } en todas las cuentas. Las demás líneas quedan como están.
 }
impact-trust_address = { $to ->
    [true] Cuando la lista se lee de nuevo, GuardDuty no avisa de nada sobre { $ip } a partir de los registros de flujo ni de CloudTrail, en ninguna cuenta.
   *[false] El tráfico con { $ip } vuelve a dar hallazgos cuando la lista se lee de nuevo.
 }
impact-activate_list = Desde entonces cuenta todo lo que haya cambiado en el objeto de { $list }.
impact-suppress_finding = { $to ->
    [true] Nadie se entera ya de un hallazgo así. Queda en el archivo.
   *[false] Esos hallazgos vuelven a verse.
 }
impact-delete_group = Ninguno: no lo usa ninguna interfaz. De lo contrario AWS se niega, y se queda.

## Deshacer

undo-do = { $action }
undo-joined = se deshace junto con el paso al grupo de paso
undo-keep-evidence = se conserva: es evidencia
undo-keep-shared = se conserva: lo usan otros casos de la VPC y no perjudica a nadie
undo-keep-nothing_changed = nada que deshacer: no cambió nada
undo-keep-harmless = se conserva: la interfaz no tenía dirección automática que devolver
undo-keep-patches = se conserva: sin sus parches el sistema volvería a estar abierto
undo-keep-opinion = se conserva: GuardDuty admite una opinión y no la devuelve
undo-impossible-address_lost = imposible: AWS no devuelve nunca una dirección automática
