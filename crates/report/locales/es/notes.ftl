### Qué saber antes de aprobar un plan.

note-sample_finding = Es un hallazgo de muestra. No ha pasado nada real, así que no se contiene nada.
note-archived = Este hallazgo está archivado en GuardDuty, a mano o por una regla de supresión: puede ser antiguo, o alguien ya decidió.
note-already_contained = La instancia ya está contenida. El plan solo añade lo que falta.
note-instance_missing = La instancia ya no existe, o no en esta cuenta y región. No hay nada que contener.
note-instance_terminated = La instancia está terminada. No hay nada que contener; puede que sus volúmenes ya no existan.
note-not_running = La instancia está en el estado { $state }. No hay captura de consola que tomar y puede que la memoria se haya perdido.
note-instance_store_root = El volumen raíz es almacén de instancia. Una instancia así no se puede parar; solo se aísla.
note-spot_instance = Es una instancia de spot. No se puede parar con garantías y AWS puede reclamarla: tome la evidencia ahora.
note-managed_instance = Esta instancia es de un servicio de AWS. Cámbiela con ese servicio, no aquí.
note-managed_interface = { $interface } es de un servicio de AWS. No se pueden cambiar sus grupos, así que su tráfico sigue abierto.
note-source_dest_check_off = La comprobación de origen y destino está desactivada: parece un enrutador, un NAT o un dispositivo de red. Aislarlo corta todo lo que tiene detrás.
note-never_contain_tag = La etiqueta { $tag } prohíbe la contención.
note-eks_node = Es un nodo de un clúster de EKS. Sus pods caerán; acordone antes el nodo.
note-ecs_node = Es una instancia de contenedores de un clúster de ECS. Sus tareas caerán; drénela antes.
note-shared_role = El rol { $role } también está en uso en { $instances }. Las credenciales robadas aquí actúan también en su nombre.
note-scaling_replacement = El grupo de escalado { $group } puede arrancar un reemplazo con la misma imagen y la misma debilidad.
note-scaling_minimum_lowered = El mínimo del grupo de escalado { $group } baja de { $from } a { $to }, para que no arranque un reemplazo.
note-behind_load_balancer = La instancia atiende los grupos de destino { $groups }. Se retira; los demás destinos llevan la carga.
note-auto_address_lost = La dirección pública { $ip } de { $interface } es automática. Una vez retirada, AWS no la devuelve nunca.
note-memory_lost = La parada pierde la memoria de la instancia. Para conservarla, use el perfil isolate.
note-stop_protection_on = La protección contra parada está activada. El plan la desactiva para parar y la liberación la activa de nuevo.
note-passage_exposure = Por un momento, entre dos llamadas, las interfaces aceptan todo el tráfico. Sin eso, las conexiones abiertas sobrevivirían.
note-no_volumes = No se encontraron volúmenes: no hay de qué crear instantáneas.
note-verdict_not_breach = El dictamen no es de intrusión ({ $outcome }). Contener es decisión suya, no de la evidencia.
note-unread_part = Sin leer: { $part } ({ $why }). El plan no lo tiene en cuenta.
note-own_host = El propio Rebato se ejecuta en esta instancia. Contenerla interrumpe esta ejecución a medias.
note-ipv6_present = { $interface } tiene direcciones IPv6. Se quedan, y el grupo de contención las cierra.
note-group_repair = Alguien cambió el grupo { $name } ({ $group }) de Rebato. El plan corrige antes sus reglas.
note-not_back_address = La dirección pública { $ip } era de AWS y se ha perdido para siempre. La liberación no la devuelve.
note-not_back_memory = Lo que { $instance } tenía en memoria al pararla, y en el almacén de instancia, se ha perdido. La liberación la arranca de nuevo.
note-drifted = { $target } no está como la contención lo dejó (ahora { $seen }). La liberación no lo toca; decide una persona.
note-imdsv1_callers_break = Los programas de { $instance } que aún leen los metadatos a la antigua (IMDSv1) se quedan sin credenciales.
note-group_may_be_shared = Puede que otras instancias usen también { $group }. Las reglas desaparecen para todas.
note-port_use_unknown = Grupo { $group }: ningún registro de flujo dice quién usa el puerto, así que nadie conserva el acceso con las reglas nuevas.
note-port_use_incomplete = Grupo { $group }: los registros de flujo no cubren treinta días enteros; quien usó el puerto antes puede perder el acceso.
note-port_use_crowded = Grupo { $group }: { $peers } direcciones usaron el puerto { $port } en treinta días, demasiadas para nombrarlas en reglas. Todas pierden el acceso.
note-peers_keep_access = Grupo { $group }: { $count ->
    [one] una dirección que usó el puerto en treinta días conserva el acceso, con una regla propia.
   *[other] { $count } direcciones que usaron el puerto en treinta días conservan el acceso, con una regla cada una.
}
note-nobody_keeps_access = Grupo { $group }: nadie conserva el acceso a estos puertos. Asegúrese de tener otra vía de entrada, como Session Manager, antes de aprobar.
note-wide_rule_goes = { $rules ->
    [one] Una regla de { $group } abarca
   *[other] { $rules } reglas de { $group } abarcan
 } más que puertos de administración. Lo demás que dejaban entrar también se rechaza.
note-flow_log_costs = AWS cobra por cada gigabyte de registro de flujo que entrega en { $place }. Un registro por minuto es más que uno cada diez.
note-flow_log_beside = Lo que ya existe se queda: { $logs }. El tráfico se escribe entonces dos veces hasta que alguien quite el registro más pobre.
note-flow_log_bucket = El bucket de { $place } tiene que dejar escribir allí a delivery.logs.amazonaws.com. Si no, AWS lo rechaza y no se crea nada.
note-ebs_default_key = En { $region } todo volumen nuevo se cifra con la clave por defecto de la cuenta. Quien comparte instantáneas, o lanza instancias desde un grupo de escalado con clave propia, necesita permiso para usar esa clave.
note-sshd_put_back = El cambio se prueba primero. El sistema vuelve por sí solo al estado anterior si sshd lo rechaza, si no surte efecto o si pasan { $minutes } minutos sin confirmación.
note-sshd_passwords_end = Ya nadie entra solo con una contraseña. Estos usuarios tienen clave: { $users }. Asegúrese de que nadie más tiene que entrar.
note-sshd_root_ends = Root ya no entra con contraseña. Estos usuarios tienen clave: { $users }.
note-sshd_users = A partir de entonces solo estos usuarios entran por SSH: { $users }. Son los que tienen clave ahora.
note-sshd_facts_given = Esto se apoya en ficheros que alguien trajo: nadie ha comprobado de cuándo son ni que sean de esta instancia. El sistema rechaza el cambio si el fichero de Rebato no está allí como dicen ellos.
note-sshd_groups_unknown = sshd deja entrar solo a ciertos grupos. No se ha mirado si algún usuario con clave está en uno de ellos.
note-patches_stay = Los parches que se instalen en { $instance } no se quitan después, y pueden cambiar el comportamiento de los programas.
note-patches_wait_for_reboot = Un parche que necesita un reinicio protege { $instance } solo después de él. Con --reboot se reinicia.
note-patches_reboot = Puede que { $instance } se reinicie mientras se instalan los parches. Lo que sirve no estará disponible durante unos minutos.
note-acl_denies_neighbours = La ACL de red de { $subnet } recibe reglas que deniegan las direcciones del hallazgo. Valen para todos los equipos de la subred.
note-acl_full = La ACL de red { $acl } no tiene sitio para todas las denegaciones: { $left } de las direcciones del hallazgo siguen permitidas. Admite 20 entradas por sentido, y las nuestras deben ir antes que las demás.
note-acl_unknown = No se pudo leer la ACL de red de { $subnet }, así que allí no se deniega ninguna dirección.
note-batch_node = AWS Batch ejecuta trabajos en esta instancia ({ $name }). Fallarán, y Batch puede arrancar otra.
note-beanstalk_node = Esta instancia es del entorno { $name } de Elastic Beanstalk. Beanstalk puede reemplazarla.
note-behind_classic_balancer = La instancia atiende los balanceadores clásicos { $balancers }. Se retira; las demás instancias llevan la carga.
note-capacity_block_lost = La instancia ocupa el bloque de capacidad { $block }. Tras una parada puede que no vuelva a arrancar.
note-capacity_reservation = La instancia usa la reserva de capacidad { $reservation }. Tras una parada otro puede ocupar el sitio.
note-container_interface = { $interface } es una interfaz de tipo { $kind }. Detrás hay contenedores con interfaces y grupos propios, que no quedan contenidos.
note-dedicated_host = La instancia está en el host dedicado { $host }. Tras una parada puede que no vuelva a arrancar en él.
note-domain_controller = Una etiqueta dice que es un controlador de dominio. Sin él puede que ni personas ni equipos puedan iniciar sesión.
note-duty_dns = Esta instancia es un servidor DNS de toda la VPC ({ $of }). Sin ella los nombres no se resuelven allí.
note-duty_netbios = Esta instancia es un servidor de nombres NetBIOS de la VPC ({ $of }).
note-duty_ntp = Esta instancia es un servidor de hora de la VPC ({ $of }). Los relojes pueden desviarse.
note-duty_route = La tabla de rutas { $of } envía tráfico a través de esta instancia. Lo que hay detrás se queda sin conexión.
note-emr_node = Es un nodo de un clúster de EMR { $name }. Su trabajo se pierde, y EMR puede reemplazarlo.
note-fleet_replacement = Una flota mantiene viva esta instancia ({ $name }). Puede arrancar un reemplazo con la misma plantilla y la misma debilidad.
note-hibernation_off = La instancia no se lanzó preparada para hibernar. Se para de la forma corriente.
note-instance_profile_off = Los programas de { $instance } no reciben credenciales nuevas del rol { $role }, tampoco el agente de SSM.
note-instance_store_lost = La parada pierde el almacén de instancia, { $gib } GiB. Ninguna instantánea puede guardarlo.
note-interface_forwards = La comprobación de origen y destino está desactivada en { $interface }: parece paso del tráfico de otros. Aislarla los deja sin conexión.
note-karpenter_node = Karpenter creó este nodo y puede borrarlo en cualquier momento. Tome la evidencia ahora.
note-last_healthy_target = Es el último destino sano de { $group }. Sin él, el servicio se cae.
note-marketplace_product = La instancia ejecuta un producto de AWS Marketplace ({ $product }). Si es un dispositivo de red, aislarla corta lo que tiene detrás.
note-memory_kept = La parada escribe la memoria de la instancia en su volumen raíz. Vuelve con el siguiente arranque.
note-metadata_off = Los programas de { $instance } no pueden leer metadatos ni recibir credenciales, tampoco el agente de SSM.
note-mgn_server = Application Migration Service conoce esta instancia. Cámbiela también allí.
note-node_role_shared = Todos los nodos del clúster comparten el rol { $role }.
note-residual_paths = La instancia sigue en marcha. Ningún grupo de seguridad filtra el DNS de la VPC, el servicio de metadatos ni el de hora: siguen a su alcance.
note-residual_tracked = Las conexiones a través de una puerta de enlace NAT o de un balanceador pueden durar un tiempo, porque siempre se siguen.
note-revoked_before = Alguien revocó antes las sesiones antiguas del rol { $role }. Esa política se deja como está.
note-role_other_users = El rol { $role } también está en uso, con otros perfiles de instancia, en { $instances }.
note-role_service_linked = El rol { $role } es de un servicio de AWS. No se pueden denegar sus sesiones.
note-role_sessions_live = Las credenciales robadas del rol { $role } sirven hasta seis horas, desde cualquier lugar. Este perfil no las deniega.
note-role_unread = No se pudo leer el rol { $role }, así que no se deniega ninguna de sus sesiones.
note-scaling_detached = La instancia sale del grupo de escalado { $group }; la liberación la añade de nuevo, como miembro nuevo.
note-scaling_members = { $others ->
    [0] La instancia es el único miembro del grupo de escalado { $group }.
    [1] El grupo de escalado { $group } tiene otra instancia más.
    [2] El grupo de escalado { $group } tiene otras dos instancias.
   *[other] El grupo de escalado { $group } tiene al menos otras tres instancias.
 }
note-scaling_refresh = Hay en marcha una actualización de instancias del grupo de escalado { $group } ({ $refresh }). Puede reemplazar esta.
note-scaling_template = El grupo de escalado { $group } crea sus miembros con la plantilla { $template }: los demás pueden tener la misma debilidad.
note-snapshots_locked = { $mode ->
    [compliance] Las instantáneas quedan bloqueadas { $days } días. Nadie puede deshacerlo, y hasta entonces cuestan dinero.
   *[other] Las instantáneas quedan bloqueadas { $days } días. Los usuarios con privilegios pueden deshacerlo.
 }
note-snapshots_shared = La cuenta { $account } podrá leer todos los discos de la instancia.
note-spot_one_time = Es una instancia de spot de una solicitud única. No se puede parar y AWS puede reclamarla: tome la evidencia ahora.
note-spot_persistent = Es una instancia de spot de una solicitud persistente. Se puede parar, y solo usted la vuelve a arrancar, si hay capacidad.
note-stop_without_os = La instancia se para sin avisar al sistema operativo. Nada en ella puede reaccionar, y sus sistemas de archivos pueden dañarse.
note-targets_left = { $others ->
    [1] Queda otro destino sano en { $group }.
    [2] Quedan otros dos destinos sanos en { $group }.
   *[other] Quedan al menos otros tres destinos sanos en { $group }.
 }
note-tracked_flows_live = Los grupos cambian directamente. Las conexiones abiertas siguen vivas hasta que pasen mucho tiempo inactivas.
note-mend_breach = El dictamen habla de una intrusión a través de { $ip }. Quien dé la dirección por inofensiva esconde lo que venga después.
note-mend_everywhere = La lista { $list } vale para todas las cuentas de la organización en esta región, no solo para esta instancia.
note-mend_hides_all = Una lista de confianza esconde todos los hallazgos sobre { $ip } de los registros de flujo y de CloudTrail, haga lo que haga y donde sea. Sacarla de la lista de amenazas es más preciso.
note-mend_known_bad = Fuentes independientes dan { $ip } por maliciosa.
note-mend_others = En los últimos { $days } días, la lista { $list } dio además { $address ->
    [one] otro hallazgo
   *[other] otros { $address } hallazgos
 } sobre esta dirección y { $others } sobre direcciones que siguen en ella.
note-mend_quota = Una regla archiva según llega lo que encaja: sin evento ni aviso. En una región caben 100 filtros.
note-mend_splits = La entrada { $entry } de { $list } es un rango. Deja paso a { $blocks ->
    [one] un bloque
   *[other] { $blocks } bloques
 } que lo cubren entero salvo esta dirección. Conviene mirar si el rango debería estar en la lista.
note-mend_takes_time = GuardDuty tarda de 15 a 40 minutos en tener en cuenta una lista cambiada. Hasta entonces aún pueden llegar hallazgos.
