### Qué hay que fortalecer, qué se vigila y qué impide cerrar.

## Comprobaciones: lo que es cierto cuando se superan

check-open-admin-ports = Los puertos de administración están cerrados a Internet
check-imdsv2 = Los metadatos de la instancia exigen IMDSv2
check-flow-logs = Los registros de flujo de la VPC recogen todo el tráfico
check-ssm-managed = Systems Manager gestiona la instancia
check-cloudtrail = CloudTrail registra y protege sus archivos
check-ebs-encryption = Los volúmenes de EBS nuevos se cifran de forma predeterminada

## Qué hacer cuando fallan

fix-open-admin-ports = Quitar las reglas que abren SSH, RDP y otros puertos de administración a todo Internet; usar Session Manager o un rango conocido.
fix-imdsv2 = Exigir IMDSv2, para que una petición falsificada no obtenga las credenciales del rol.
fix-flow-logs = Activar los registros de flujo para el tráfico aceptado y el rechazado, con indicadores TCP y sentido.
fix-ssm-managed = Instalar y conectar el agente de SSM: sin él solo se llega a la máquina por la red.
fix-cloudtrail = Activar un registro de seguimiento para todas las regiones, con validación de archivos.
fix-ebs-encryption = Activar el cifrado predeterminado en esta región.

status-pass = correcto
status-fail = por corregir
status-unknown = no se pudo ver

## Vigilancia

watch-finding-again = GuardDuty emitió de nuevo el hallazgo
watch-accepted-flows = Se aceptó tráfico después de la contención
watch-drift = Alguien cambió lo que la contención había fijado
watch-logging = Se desactivó o cambió un registro
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
