export { ObservationsModule } from './observations.module';
export { ObservationsService, type StepObservations } from './observations.service';
